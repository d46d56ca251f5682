/** Does `npm run verify` find the tables, tell damage in lines and by its exit code, and mend it? */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, expect, inject, test } from 'vitest';
import { createDynamoDbFeedLog, createDynamoDbFeedTable } from '#shared/feed/dynamodb/index.ts';
import { createFeedWriter } from '#shared/feed/index.ts';
import { commitOf, history } from '../../shared/feed/feed-harness.ts';
import { localClient, recordIn } from '../../shared/feed/feed-tables.ts';
import { keyedTable } from '../../support/keyed-table.ts';

const main = resolve(import.meta.dirname, '../../../infra/verify.ts');
const STACK = 'tributary-verified-accounts-';
const [eventsTable, feedTable] = [`${STACK}Events12AB`, `${STACK}Feed34CD`];
const accounts = ['--context', 'accounts', '--stage', 'verified', '--settle', '0'];

function verify(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { promise, resolve } = Promise.withResolvers<{ code: number; output: string; errors: string }>();
  const endpoint = { DYNAMODB_ENDPOINT: inject('dynamodbEndpoint') };
  execFile(
    process.execPath,
    [main, ...args],
    { env: { ...process.env, ...endpoint, ...env } },
    (error, output, errors) => resolve({ code: typeof error?.code === 'number' ? error.code : 0, output, errors }),
  );
  return promise;
}

const client = localClient();
const writer = createFeedWriter({
  table: createDynamoDbFeedTable({ client, table: feedTable }),
  log: createDynamoDbFeedLog({ client, table: eventsTable }),
  partitions: 1,
});

beforeAll(async () => {
  await client.send(keyedTable(eventsTable, 'stream', 'version'));
  await client.send(keyedTable(feedTable, 'partition', 'position'));
  const commits = history('a', [1, 2, 1]);
  await recordIn(client, eventsTable, commits);
  for (const commit of commits) await writer.append([commit]);
});

test('A sound feed ends with 0, and damage with 1 and a line for each fault, until it is mended.', async () => {
  expect(await verify(accounts)).toEqual({
    code: 0,
    output: 'accounts: 3 commits in the log, 3 in the feed, 0 faults\n',
    errors: '',
  });
  await recordIn(client, eventsTable, [commitOf('b', 1)]);
  await client.send(new DeleteCommand({ TableName: feedTable, Key: { partition: '0', position: 2 } }));
  const damaged = await verify(accounts);
  expect(damaged.code).toBe(1);
  expect(damaged.output).toContain('4 commits in the log, 2 in the feed, 4 faults');
  expect(damaged.output).toContain('not-fed: thing-b version 1 is in the log, but not in the feed');
  expect(damaged.output).toContain('hole: positions 0.0000000000000002 to 0.0000000000000003 are in no batch');
  const mended = await verify([...accounts, '--repair']);
  expect(mended.code).toBe(0);
  expect(mended.output).toContain('After the repair:\naccounts: 4 commits in the log, 4 in the feed, 0 faults');
  expect((await verify(['--context', 'accounts', '--events-table', eventsTable, '--feed-table', feedTable])).code).toBe(
    0,
  );
});

test.each<[string, readonly string[], NodeJS.ProcessEnv, string]>([
  ['no context', [], {}, 'Say which context: accounts'],
  [
    'a stage that is not there',
    ['--context', 'accounts', '--stage', 'nope'],
    {},
    'no table tributary-nope-accounts-Events',
  ],
  ['no DynamoDB', accounts, { DYNAMODB_ENDPOINT: 'http://127.0.0.1:1' }, 'is a DynamoDB Local running there?'],
])('With %s it ends with 2 and one line.', async (_, args, env, line) => {
  const { code, output, errors } = await verify(args, env);
  expect({ code, output, lines: errors.trim().split('\n').length }).toEqual({ code: 2, output: '', lines: 1 });
  expect(errors).toContain(line);
});
