/** `npm run verify` finds the tables, tells damage in lines and by its exit code, and feeds what is missing. */
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, expect, test } from 'vitest';
import { accountHistory, accountTables, runTool } from './feed-tool.ts';

const accounts = ['--context', 'accounts', '--stage', 'verified', '--settle', '0'];
const verify = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => runTool('verify', args, env);

let tables: Awaited<ReturnType<typeof accountTables>>;

beforeAll(async () => {
  tables = await accountTables('verified');
  const commits = accountHistory('a', [1, 2, 1]);
  await tables.record(commits);
  for (const commit of commits) await tables.writer.append([commit]);
});

test('A sound feed ends with 0, and one that lacks commits with 1 and a line for each, until they are fed.', async () => {
  expect(await verify(accounts)).toEqual({
    code: 0,
    output: 'accounts: 3 commits in the log, 3 in the feed, 0 faults\n',
    errors: '',
  });
  await tables.record(accountHistory('b', [1, 2]));
  const lacking = await verify(accounts);
  expect(lacking.code).toBe(1);
  expect(lacking.output).toContain('5 commits in the log, 3 in the feed, 2 faults');
  expect(lacking.output).toContain('not-fed: thing-b version 1 is in the log, but not in the feed');
  const mended = await verify([...accounts, '--repair']);
  expect(mended.code).toBe(0);
  expect(mended.output).toContain('After the repair:\naccounts: 5 commits in the log, 5 in the feed, 0 faults');
  expect(mended.output).toContain(
    'npm run publish -- --context accounts --stage verified --from 0.0000000000000005 --to 0.0000000000000007\n',
  );
  const { eventsTable, feedTable } = tables;
  const named = ['--context', 'accounts', '--events-table', eventsTable, '--feed-table', feedTable];
  expect((await verify(named)).code).toBe(0);
});

test('A commit that this code cannot read is not fed, and a parked stream is told with the reason.', async () => {
  const [invented] = accountHistory('c', [1]).map((commit) => ({
    ...commit,
    events: commit.events.map((event) => ({ ...event, what: 'Invented' })),
  }));
  if (invented === undefined) throw new Error('there is no commit');
  await tables.record([invented]);
  const since = '2026-01-01T00:00:00.000Z';
  await tables.table.park({ stream: 'thing-c', version: 1, upTo: 1, reason: 'it is not known', since });
  const { code, output } = await verify([...accounts, '--repair']);
  expect(code).toBe(1);
  expect(output).toContain('The commit of thing-c at version 1 cannot be read: ');
  expect(output).toContain(`thing-c is parked at version 1 since ${since}: it is not known`);
  await tables.client.send(
    new DeleteCommand({ TableName: tables.eventsTable, Key: { stream: 'thing-c', version: 1 } }),
  );
});

test('A feed that lost a batch is not mended, and it is told how to make a new one.', async () => {
  await tables.client.send(new DeleteCommand({ TableName: tables.feedTable, Key: { partition: '0', position: 2 } }));
  const { code, output } = await verify([...accounts, '--repair']);
  expect(code).toBe(1);
  expect(output).toContain('gap: positions 0.0000000000000002 to 0.0000000000000003 are in no batch');
  expect(output).toContain('lost: thing-a version 2, fed at 0.0000000000000002, is in no batch');
  expect(output).toContain('docs/decisions/feed.md tells how to make a feed again');
});

test.each<[string, readonly string[], NodeJS.ProcessEnv, string]>([
  ['no context', [], {}, 'Say which context: accounts'],
  [
    'a context that is not there',
    ['--context', 'acounts'],
    {},
    'There is no context acounts; there are accounts, organizations, parcels.',
  ],
  ['a stage that is none', ['--context', 'accounts', '--stage', 'A'], {}, 'The stage "A" is not usable'],
  [
    'a stage that is not there',
    ['--context', 'accounts', '--stage', 'nope'],
    {},
    'no table nope-tributary-accounts-Events',
  ],
  ['an option that is not there', ['--fix'], {}, "Unknown option '--fix'"],
  ['no DynamoDB', accounts, { DYNAMODB_ENDPOINT: 'http://127.0.0.1:1' }, 'is a DynamoDB Local running there?'],
])('With %s it ends with 2 and one line.', async (_, args, env, line) => {
  const { code, output, errors } = await verify(args, env);
  expect({ code, output, lines: errors.trim().split('\n').length }).toEqual({ code: 2, output: '', lines: 1 });
  expect(errors).toContain(line);
});
