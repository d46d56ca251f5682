/** A function that only a deployment needs does not run here, whatever is wrong with it. */
import { describe, expect, it } from 'vitest';
import { partsOf } from '../../../../../infra/local/engine/boot/resource-kind.ts';
import type { FunctionPart } from '../../../../../infra/local/services/lambda/function.resource.ts';
import { faultsOf, inlineFunction, planned, stackOf } from './planned.ts';

type Resources = Record<string, { Type: string; Properties?: Record<string, unknown> }>;
const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const functionOf = (changes: Record<string, unknown>) => ({
  ...inlineFunction,
  Properties: { ...inlineFunction.Properties, ...changes },
});
const policyOn = (id: string) => ({
  Type: 'AWS::IAM::Policy',
  Properties: { PolicyName: 'calls', PolicyDocument: { Resource: arnOf(id) } },
});
/** As CDK writes it for `logRetention`, with a runtime that does not run here. */
const retention: Resources = {
  Retain: { Type: 'Custom::LogRetention', Properties: { ServiceToken: arnOf('Provider'), RetentionInDays: 7 } },
  Provider: functionOf({ Runtime: 'python3.13' }),
  Policy: policyOn('Provider'),
};
const names = (resources: Resources) =>
  partsOf<FunctionPart>(planned([stackOf({ Resources: resources })]), 'function').map(({ name }) => name);

describe('The function behind a custom resource without effect', () => {
  it('is not started, and no fault of it is told', () => {
    expect(names({ ...retention, Own: inlineFunction })).toEqual(['App-Own']);
  });

  it('is not started with the functions that it calls by itself', () => {
    const framework = functionOf({ Environment: { Variables: { USER_ON_EVENT_FUNCTION_ARN: arnOf('OnEvent') } } });
    const Allowed = {
      Type: 'AWS::Lambda::Permission',
      Properties: { FunctionName: arnOf('OnEvent'), Action: 'lambda:InvokeFunction', Principal: 'x' },
    };
    expect(names({ ...retention, Provider: framework, OnEvent: inlineFunction, Allowed })).toEqual([]);
  });

  it('is started when something with an effect refers to it as well', () => {
    const Provider = inlineFunction;
    const caller = functionOf({ Environment: { Variables: { CALLED: { Ref: 'Provider' } } } });
    expect(names({ ...retention, Provider, Caller: caller })).toEqual(['App-Provider', 'App-Caller']);
  });

  it('is started when an output tells of it', () => {
    const stack = stackOf({
      Resources: { ...retention, Provider: inlineFunction },
      Outputs: { Name: { Value: { Ref: 'Provider' } } },
    });
    expect(partsOf<FunctionPart>(planned([stack]), 'function')).toHaveLength(1);
  });
});

it('A function that only a right names runs, since it may be invoked from outside', () => {
  const Policy = policyOn('Own');
  expect(names({ Own: inlineFunction, Policy })).toEqual(['App-Own']);
});

it('A custom resource that is not known is a fault, and its function is none', () => {
  const resources: Resources = {
    Thing: { Type: 'Custom::Thing', Properties: { ServiceToken: arnOf('Provider') } },
    Provider: inlineFunction,
  };
  expect(faultsOf(stackOf({ Resources: resources }))).toEqual([
    'App/Thing, Custom::Thing: this type is not known to the local cloud',
  ]);
});
