/** An HTTP API has the same port in every run. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { fixedPorts } from '../../../../infra/local/engine/fixed-ports.ts';
import { anyFreePort } from '../../../../infra/local/engine/loopback.ts';
import { httpApisOf } from '../../../../infra/local/services/api-gateway/start-http-apis.ts';
import { functionUrlsOf } from '../../../../infra/local/services/lambda/function-url/start-function-urls.ts';
import { stackOf } from './boot/planned.ts';

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
