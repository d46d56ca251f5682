/** A commit that nobody can read stops its stream and no other; once it can be read, the tool publishes what waited. */
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

/** The first commit of an account, with an event of any name, as the store would have written it. */
function recordFirst(id: string, what: string) {
  const when = '2026-01-01T00:00:00.000Z';
  const data = { owner: 'Ada', on: '2026-01-01' };
  const event = { id: `event-${id}`, what, data, effectiveAt: '2026-01-01', schemaVersion: 1 };
  const why = { id: `command-${id}`, what: 'open', when, who: 'tester' };
  const shared = { recordedAt: when, who: 'tester', why, correlationId: why.id, causationId: why.id };
  const Item = { stream: `account-${id}`, version: 1, ...shared, events: JSON.stringify([event]) };
  return localClient().send(new PutCommand({ TableName: tables.events, Item }));
}

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
  const args = ['--context', 'accounts', '--events-table', tables.events, '--feed-table', tables.feed, '--parked'];
  const { code, output, errors } = await runTool('publish', args, {
    EVENTBRIDGE_PORT: new URL(cloud.eventBridgeUrl).port,
  });
  expect({ code, output, errors }).toEqual({
    code: 0,
    output: `account-${id} is published from version 1 on\naccounts: 1 streams were parked, 0 are\n`,
    errors: '',
  });
  await rowOf(id, 1);
  await accepted(app.post(`/accounts/${id}/receive-payment`, { amount: 1_00, on: '2026-01-02' }));
  await rowOf(id, 2);
});
