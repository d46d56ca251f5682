/** Health is told by what the services say of each table, mapping and rule; they are played by one server here. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { stubAwsEnvironment } from '../../support/aws-environment.ts';
import { ask, type Endpoint, httpEvent } from '../../support/http-events.ts';

const said = { table: 'ACTIVE', mapping: 'Enabled', rule: 'ENABLED' };
const rules: unknown[] = [];
const functionArn = 'arn:aws:lambda:eu-west-1:000000000000:function:';
/** As many as Lambda gives with one answer, and then those that are looked for. */
const others = Array.from({ length: 100 }, (_, index) => ({
  FunctionArn: `${functionArn}other-${index}`,
  State: 'Disabled',
}));
let mapped = ['reader'];
let server: Server;
let handler: Endpoint;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const body = JSON.parse((await request.toArray()).join('') || '{}');
    const { searchParams } = new URL(request.url ?? '/', 'http://lambda');
    const target = String(request.headers['x-amz-target'] ?? '');
    if (target.endsWith('DescribeRule')) rules.push(body);
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify(
        target.endsWith('DescribeTable')
          ? { Table: { TableStatus: said.table } }
          : target.endsWith('DescribeRule')
            ? { State: said.rule }
            : searchParams.has('Marker')
              ? {
                  EventSourceMappings: mapped.map((name) => ({ FunctionArn: functionArn + name, State: said.mapping })),
                }
              : { EventSourceMappings: others, NextMarker: 'more' },
      ),
    );
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  stubAwsEnvironment();
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${port}`);
  vi.stubEnv('TABLES', 'events');
  vi.stubEnv('MAPPED_FUNCTIONS', 'reader');
  vi.stubEnv('RULES', 'bus|for-events,of-the-default-bus');
  ({ handler } = (await import('../../../functions/platform/health.handler.ts')) as { handler: Endpoint });
});
afterEach(() => Object.assign(said, { table: 'ACTIVE', mapping: 'Enabled', rule: 'ENABLED' }));
afterAll(() => {
  server.close();
  vi.unstubAllEnvs();
});

const health = () => ask(handler, httpEvent({ route: 'GET /health' }));

it('Everything is well when every table, mapping and rule is live', async () => {
  expect(await health()).toMatchObject({ statusCode: 200, json: { status: 'ok' } });
  expect(rules).toContainEqual({ EventBusName: 'bus', Name: 'for-events' });
  expect(rules).toContainEqual({ Name: 'of-the-default-bus' });
});

it('A table that is being updated answers as ever', async () => {
  said.table = 'UPDATING';
  expect((await health()).statusCode).toBe(200);
});

it('A mapping that is not there is down, and so is a function of whose two mappings one is', async () => {
  const down = { statusCode: 503, json: { detail: '1 of 4 tables, mappings and rules are not live.' } };
  mapped = ['reader-of-another'];
  expect(await health()).toMatchObject(down);
  mapped = ['reader', 'reader'];
  expect((await health()).statusCode).toBe(200);
  said.mapping = 'Disabled';
  expect(await health()).toMatchObject(down);
  mapped = ['reader'];
});

it.each([
  ['table', 'DELETING', 1],
  ['table', 'CREATING', 1],
  ['mapping', 'Disabled', 1],
  ['rule', 'DISABLED', 2],
] as const)('A %s that is %s is down', async (part, state, dead) => {
  said[part] = state;
  expect(await health()).toMatchObject({
    statusCode: 503,
    json: { detail: `${dead} of 4 tables, mappings and rules are not live.` },
  });
});
