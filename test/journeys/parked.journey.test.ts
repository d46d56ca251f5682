/**
 * A commit that nobody can read, and an event that a projection cannot apply, stop their own stream and no other; once they can
 * be, the tools bring on what waited.
 */
import { DynamoDBClient, paginateListTables } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { createDynamoDbFeedTable } from '#shared/feed/dynamodb/index.ts';
import type { FeedTable } from '#shared/feed/index.ts';
import { type LocalCloud, startLocalCloud } from '../../infra/local/start.ts';
import { runTool } from '../infra/cli/feed-tool.ts';
import { localClient } from '../shared/feed/feed-tables.ts';
import { accepted, newId, openAccount } from '../support/account-journey.ts';
import { type AssemblyCopy, assemblyCopy } from '../support/assembly-copy.ts';
import { stubAwsEnvironment } from '../support/aws-environment.ts';
import { type HttpClient, httpClient } from '../support/http-client.ts';

const NAME = 'parked-journey';
const patiently = { timeout: 40_000, interval: 100 };
let copy: AssemblyCopy;
let cloud: LocalCloud;
let app: HttpClient;
let tables: { readonly events: string; readonly feed: string };
let feed: FeedTable;

stubAwsEnvironment();

beforeAll(async () => {
  copy = await assemblyCopy(inject('assembly'), NAME, () => {});
  const dynamodbEndpoint = inject('dynamodbEndpoint');
  cloud = await startLocalCloud({ assembly: copy.folder, port: 0, dynamodbEndpoint, log: () => {} });
  app = httpClient(cloud.url);
  const names: string[] = [];
  const client = new DynamoDBClient({ endpoint: dynamodbEndpoint });
  for await (const { TableNames = [] } of paginateListTables({ client }, {})) names.push(...TableNames);
  const named = (what: string) => names.find((name) => name.includes(`${NAME}-`) && name.includes(what)) ?? '';
  tables = { events: named('accounts-Events'), feed: named('accounts-Feed') };
  feed = createDynamoDbFeedTable({ client: localClient(), table: tables.feed });
});
afterAll(async () => {
  await cloud?.stop();
  await copy?.remove();
});

/** The first commit of an account, with an event of any name and data, as the store would have written it. */
function recordFirst(id: string, what: string, data: unknown = { owner: 'Ada', on: '2026-01-01' }) {
  const when = '2026-01-01T00:00:00.000Z';
  const event = { id: `event-${id}`, what, data, effectiveAt: '2026-01-01', schemaVersion: 1 };
  const why = { id: `command-${id}`, what: 'open', when, who: 'tester' };
  const shared = { recordedAt: when, who: 'tester', why, correlationId: why.id, causationId: why.id };
  const Item = { stream: `account-${id}`, version: 1, ...shared, events: JSON.stringify([event]) };
  return localClient().send(new PutCommand({ TableName: tables.events, Item }));
}

const redrive = (...more: string[]) =>
  runTool('redrive', ['--context', 'accounts', '--stack', `${NAME}-tributary-accounts`, '--yes', ...more], {
    EVENTBRIDGE_PORT: new URL(cloud.eventBridgeUrl).port,
    SQS_ENDPOINT: cloud.sqsUrl,
  });

const rowOf = async (id: string, version: number) =>
  vi.waitFor(
    async () => expect((await app.get(`/accounts/${id}`)).headers.get('etag')).toBe(`"${version}"`),
    patiently,
  );

it('Other streams go on at once, the stream itself when its commit can be read', async () => {
  const id = newId();
  await recordFirst(id, 'AccountInvented');
  await vi.waitFor(
    async () => expect(await feed.parked()).toMatchObject([{ stream: `account-${id}`, version: 1 }]),
    patiently,
  );
  await rowOf(await openAccount(app, { amount: 5_00 }), 2);

  await recordFirst(id, 'AccountOpened');
  const { code, output, errors } = await redrive();
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  expect(output).toContain(`relay: account-${id} is published from version 1 on\n`);
  await rowOf(id, 1);
  await accepted(app.post(`/accounts/${id}/receive-payment`, { amount: 1_00, on: '2026-01-02' }));
  await rowOf(id, 2);
});

it('A projection that cannot apply an event says so in its answers, and goes on in order when it is redriven', async () => {
  const id = newId();
  await recordFirst(id, 'PaymentReceived', null);
  await vi.waitFor(async () => {
    const { projections } = (await accepted(app.get('/projections'))).body as {
      projections: Record<string, unknown>[];
    };
    const parked = projections.filter((one) => one.state === 'parked');
    expect(parked.map(({ projection }) => projection).toSorted()).toEqual(['statement', 'summary']);
  }, patiently);
  await rowOf(await openAccount(app, { amount: 5_00 }), 2);
  const nothing = await app.get(`/accounts/${id}`);
  expect([nothing.status, nothing.headers.get('projection-status')]).toEqual([404, 'parked']);

  const why = `summary cannot apply PaymentReceived, version 1 of account-${id}`;
  expect(await redrive('--projection', 'summary')).toMatchObject({
    code: 1,
    output: expect.stringContaining(`account-${id} stays parked: ${why}`),
  });

  await recordFirst(id, 'AccountOpened');
  await accepted(app.post(`/accounts/${id}/receive-payment`, { amount: 1_00, on: '2026-01-02' }));
  const waiting = await app.get(`/accounts/${id}`, { consistency: 'strong' });
  expect(waiting).toMatchObject({ status: 200, body: { balance: 1_00, version: 2 } });
  expect(waiting.headers.get('projection-status')).toBe('parked');

  expect(await redrive('--projection', 'summary', '--stream', `account-${id}`)).toMatchObject({
    code: 0,
    output: expect.stringContaining(`account-${id} has reached version 2`),
  });
  const answer = await app.get(`/accounts/${id}`);
  expect(answer.headers.get('etag')).toBe('"2"');
  expect(answer.headers.get('projection-status')).toBeNull();
});
