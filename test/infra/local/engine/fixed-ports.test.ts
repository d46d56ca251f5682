/** An HTTP API and a function URL have the same port in every run. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { fixedPorts, urlsByName } from '../../../../infra/local/engine/fixed-ports.ts';
import { anyFreePort } from '../../../../infra/local/engine/loopback.ts';
import { httpApisOf } from '../../../../infra/local/services/api-gateway/start-http-apis.ts';
import { functionUrlsOf } from '../../../../infra/local/services/lambda/function-url/start-function-urls.ts';
import { inlineFunction, stackOf } from './boot/planned.ts';

const api = (Name: unknown) => ({ Type: 'AWS::ApiGatewayV2::Api', Properties: { Name } });
const stack = stackOf({ Resources: { A: api('orders'), B: api('Shop front'), C: api({ Ref: 'Name' }) } });
const assembly = { folder: '', stacks: [stack], assets: new Map() };
const portsOf = async (wanted: Parameters<typeof fixedPorts>[1]) =>
  [...(await fixedPorts([...httpApisOf(assembly), ...functionUrlsOf(assembly)], wanted)).values()].map(
    ({ port }) => port,
  );

it('The ports count up from the first, past what is taken or named', async () => {
  const first = await anyFreePort();
  expect(await portsOf({ first, taken: [first + 1] })).toEqual([first, first + 2, first + 3]);
  expect(await portsOf({ first, taken: [], named: { SHOP_FRONT: first + 1 } })).toEqual([first, first + 1, first + 2]);
  expect(await portsOf({ first, taken: [], named: { C: first + 9, ORDERS: first + 5 } })).toEqual([
    first + 5,
    first,
    first + 9,
  ]);
  expect(new Set(await portsOf({ first: 0, taken: [] })).size).toBe(3);
});

it('A port that is taken is told with the setting that changes it', async () => {
  const first = await anyFreePort();
  const server = createServer().listen(first + 1, '127.0.0.1');
  await once(server, 'listening');
  const ports = portsOf({ first, taken: [] });
  await expect(ports).rejects.toThrow(`Port ${first + 1} is in use.`);
  await expect(ports).rejects.toThrow('PORT_SHOP_FRONT=');
  server.close();
});

describe('Function URLs', () => {
  const url = (TargetFunctionArn: unknown, Qualifier?: unknown) => ({
    Type: 'AWS::Lambda::Url',
    Properties: { TargetFunctionArn, Qualifier },
  });
  const Resources = {
    First: url({ 'Fn::GetAtt': ['Named', 'Arn'] }, 'live'),
    A: api('orders'),
    Named: { ...inlineFunction, Properties: { ...inlineFunction.Properties, FunctionName: 'pays' } },
    Unnamed: inlineFunction,
    Second: url({ 'Fn::Sub': `\${Unnamed.Arn}` }),
    Third: url('arn:aws:lambda:eu-west-1:000000000000:function:other'),
    Fourth: url({ 'Fn::ImportValue': 'elsewhere' }),
    Fifth: url({ Ref: 'AWS::StackName' }, { Ref: 'Alias' }),
  };
  const app = { ...assembly, stacks: [stackOf({ Resources })] };
  const listeners = [...httpApisOf(app), ...functionUrlsOf(app)];

  it('are called by their functions and aliases, as far as the template says them', () => {
    expect(listeners.map(({ name }) => name)).toEqual(['orders', 'pays:live', 'Unnamed', 'other', 'Fourth', 'Fifth']);
    expect(new Set(listeners.map(({ id }) => id)).size).toBe(6);
  });

  it('come after the HTTP APIs, and may have a port of their own', async () => {
    const first = await anyFreePort();
    const ports = await fixedPorts(listeners, { first, taken: [], named: { PAYS_LIVE: first + 9 } });
    expect([...ports.values()].map(({ port }) => port - first)).toEqual([0, 9, 1, 2, 3, 4]);
    expect([...ports.values()].map(({ setting }) => setting).slice(0, 3)).toEqual([
      'PORT',
      'PORT_PAYS_LIVE',
      'PORT_UNNAMED',
    ]);
  });
});

it('What shares its name with another is told apart by its id', () => {
  const url = 'http://127.0.0.1:1/';
  expect(urlsByName(['a', 'b'].map((id) => ({ id, name: 'same', url })))).toEqual({ 'same/a': url, 'same/b': url });
  expect(urlsByName([{ id: 'a', name: 'one', url }])).toEqual({ one: url });
});
