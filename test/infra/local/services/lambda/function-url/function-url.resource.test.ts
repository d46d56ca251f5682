/** A function URL of a template has an address, and what is wrong with it is told. */
import { describe, expect, it } from 'vitest';
import type { Template } from '../../../../../../infra/local/engine/template/template.ts';
import { faultsOf, inlineFunction, planned, stackOf } from '../../../engine/boot/planned.ts';

const ARN = 'arn:aws:lambda:eu-west-1:000000000000:function:App-F';
const url = (properties: object = {}) => ({
  Type: 'AWS::Lambda::Url',
  Properties: { TargetFunctionArn: { 'Fn::GetAtt': ['F', 'Arn'] }, AuthType: 'NONE', ...properties },
});
const alias = (Name: string) => ({
  Type: 'AWS::Lambda::Alias',
  Properties: { FunctionName: { Ref: 'F' }, FunctionVersion: '1', Name },
});
const stack = (resources: Template['Resources'], outputs: Template['Outputs'] = {}) =>
  stackOf({ Resources: { F: inlineFunction, Live: alias('live'), ...resources }, Outputs: outputs });
const urlsOf = (resources: Template['Resources']) =>
  planned([stack(resources)]).filter(({ kind }) => kind === 'function-url');

describe('A function URL', () => {
  it.each<[string, object, string, string]>([
    ['an ARN', {}, ARN, ARN],
    ['a name', { TargetFunctionArn: 'App-F' }, ARN, ARN],
    ['a partial ARN', { TargetFunctionArn: '000000000000:function:App-F' }, ARN, ARN],
    ['the ARN of an alias', { TargetFunctionArn: { Ref: 'Live' } }, `${ARN}:live`, ARN],
    ['an ARN and an alias', { Qualifier: 'live' }, `${ARN}:live`, ARN],
    ['an alias twice', { TargetFunctionArn: 'App-F:live', Qualifier: 'live' }, `${ARN}:live`, ARN],
  ])('is for the function that %s names', (_, properties, functionArn) => {
    expect(urlsOf({ U: url(properties) })).toMatchObject([{ functionArn, functionName: 'App-F' }]);
  });

  it('has the same id in every run, and is called by its function with an address that ends in a slash', () => {
    const told = {
      Type: 'AWS::SQS::Queue',
      Properties: {
        QueueName: { 'Fn::Join': ['', ['q', { 'Fn::Select': [6, { 'Fn::Split': [':', { Ref: 'U' }] }] }]] },
      },
    };
    const environment = {
      Variables: { URL: { 'Fn::GetAtt': ['U', 'FunctionUrl'] }, OF: { 'Fn::GetAtt': ['U', 'FunctionArn'] } },
    };
    const caller = { ...inlineFunction, Properties: { ...inlineFunction.Properties, Environment: environment } };
    const parts = planned([stack({ U: url({ Qualifier: 'live' }), Told: told, Caller: caller })]);
    const id = parts.flatMap((part) => ('id' in part && part.kind === 'function-url' ? [String(part.id)] : []))[0];
    expect(id).toMatch(/^[a-z0-9]{10}$/);
    expect(parts).toContainEqual(
      expect.objectContaining({ kind: 'queue', definition: expect.objectContaining({ name: 'qApp-F' }) }),
    );
    expect(parts).toContainEqual(
      expect.objectContaining({ variables: { URL: `http://url/${id}/`, OF: `${ARN}:live` } }),
    );
  });

  it('may be there for a function and for each of its aliases, once', () => {
    const both = { U: url(), OfLive: url({ Qualifier: 'live' }) };
    expect(urlsOf(both)).toHaveLength(2);
    expect(faultsOf(stack({ ...both, Again: url({ TargetFunctionArn: 'App-F' }) }))).toEqual([
      `App/Again, AWS::Lambda::Url: there is already a URL of the function ${ARN} in the assembly`,
    ]);
  });
});

describe('What is told of a function URL', () => {
  const fault = (property: string, reason: string) => [`App/U, AWS::Lambda::Url, property ${property}: ${reason}`];
  it.each<[object, string[]]>([
    [{ TargetFunctionArn: 'nobody' }, fault('TargetFunctionArn', 'there is no function nobody in the assembly')],
    [
      { Qualifier: 'beta' },
      fault('Qualifier', 'there is no alias of the function App-F with the name beta in the assembly'),
    ],
    [
      { TargetFunctionArn: 'App-F:7' },
      fault('TargetFunctionArn', 'there is no alias of the function App-F with the name 7 in the assembly'),
    ],
    [
      { TargetFunctionArn: 'App-F:beta', Qualifier: 'live' },
      fault('Qualifier', 'is another alias than beta of TargetFunctionArn'),
    ],
    [{ Qualifier: '7' }, fault('Qualifier', 'must be the name of an alias: a version has no URL')],
    [{ Qualifier: '$LATEST' }, fault('Qualifier', 'must be the name of an alias: a version has no URL')],
    [{ AuthType: 'JWT' }, fault('AuthType', 'must be NONE or AWS_IAM')],
    [{ AuthType: undefined }, fault('AuthType', 'must be NONE or AWS_IAM')],
    [
      { InvokeMode: 'RESPONSE_STREAM' },
      fault('InvokeMode', 'RESPONSE_STREAM does not run locally, where a function answers as a whole; BUFFERED does'),
    ],
    [{ InvokeMode: 'STREAM' }, fault('InvokeMode', 'must be BUFFERED')],
    [{ Tags: [] }, fault('Tags', 'is not known to the local cloud')],
    [{ Cors: { AllowMethod: ['GET'] } }, fault('Cors.AllowMethod', 'is not known to the local cloud')],
    [
      { Cors: { AllowMethods: ['GET', 'OPTIONS'] } },
      fault('Cors.AllowMethods[1]', 'must be GET, PUT, HEAD, POST, PATCH, DELETE or *'),
    ],
    [
      { Cors: { AllowMethods: ['GET', 'GET', 'GET', 'GET', 'GET', 'GET', 'GET'] } },
      fault('Cors.AllowMethods', 'must be at most 6'),
    ],
    [
      { Cors: { AllowOrigins: ['https://*.example.com'] } },
      fault('Cors.AllowOrigins[0]', 'must be * or an origin such as https://example.com'),
    ],
    [
      { Cors: { AllowOrigins: ['https://example.com/path'] } },
      fault('Cors.AllowOrigins[0]', 'must be * or an origin such as https://example.com'),
    ],
    [{ Cors: { AllowHeaders: ['a b'] } }, fault('Cors.AllowHeaders[0]', 'must be the name of a header, or *')],
    [{ Cors: { MaxAge: -1 } }, fault('Cors.MaxAge', 'must be a whole number from 0 to 86400')],
    [{ Cors: { MaxAge: 86_401 } }, fault('Cors.MaxAge', 'must be a whole number from 0 to 86400')],
    [{ Cors: { AllowCredentials: 'yes' } }, fault('Cors.AllowCredentials', 'must be true or false')],
  ])('%j', (properties, faults) => expect(faultsOf(stack({ U: url(properties) }))).toEqual(faults));
});
