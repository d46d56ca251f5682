/** `npm run status` tells how far every projection and process manager of the contexts is, also of a log in other tables. */
import { beforeAll, expect, inject, test } from 'vitest';
import { followersOf } from '#shared/catalog/index.ts';
import { createDynamoDbEventStore } from '#shared/event-store/dynamodb/index.ts';
import type { Commit } from '#shared/event-store/index.ts';
import { createDynamoDbProjectionVersions } from '#shared/projection/dynamodb/index.ts';
import { catchUp } from '#shared/projection/index.ts';
import { accountEvents } from '../../../functions/accounts/account.events.ts';
import { accounts } from '../../../functions/accounts/accounts.catalog.ts';
import { summary } from '../../../functions/accounts/summary.projection.ts';
import { queryTableStart } from '../../../infra/cli/find-tables.ts';
import { createQueryTable, patientClient } from '../../shared/projection/dynamodb-tables.ts';
import { stubAwsEnvironment } from '../../support/aws-environment.ts';
import { accountCommit, accountTables, runTool } from './feed-tool.ts';

stubAwsEnvironment();
const STAGE = 'watched';
const opened = accountCommit('a', 1, 'AccountOpened', { owner: 'Ada' });

let tables: Awaited<ReturnType<typeof accountTables>>;

beforeAll(async () => {
  tables = await accountTables('restored');
  const client = patientClient(inject('dynamodbEndpoint'));
  const stack = `${STAGE}-tributary-accounts`;
  for (const { kind, follower } of followersOf(accounts)) {
    await createQueryTable(client, `${queryTableStart({ stack, kind, name: follower.name })}12AB`);
  }
  client.destroy();
  await tables.record([opened]);
  await tables.writer.append([opened]);
});

const status = (...args: string[]) => runTool('status', ['--stage', STAGE, '--once', ...args]);
const named = () => ['--events-table', tables.eventsTable, '--feed-table', tables.feedTable];

test('What is not in a row yet is behind, and what is there is not, whatever the tables of the log are called.', async () => {
  const ofAccounts = ['--context', 'accounts', ...named()];
  const behind = await status(...ofAccounts);
  expect(behind).toMatchObject({ code: 1, errors: '' });
  expect(behind.output).toMatch(/^accounts +projection +summary +1 +filling +1 /m);

  const { client, eventsTable: table } = tables;
  const store = createDynamoDbEventStore({ client, table, events: accountEvents });
  const rows = createDynamoDbProjectionVersions({
    client,
    table: `${STAGE}-tributary-accounts-ProjectionsummaryRows12AB`,
  });
  await catchUp({ store, table: rows.table(1) }, summary, opened.stream as Commit['stream'], 1);
  const { output } = await status(...ofAccounts, '--json');
  const { projections } = JSON.parse(output);
  expect(projections).toHaveLength(followersOf(accounts).length);
  expect(projections).toContainEqual(
    expect.objectContaining({ projection: 'summary', lag: { events: 0, seconds: 0 } }),
  );
});

test.each<[string, readonly string[], string]>([
  ['tables of no context', ['--feed-table', 'other'], 'Say with --context whose --feed-table it is.'],
  ['a stack of no context', ['--stack', 'other'], 'Say with --context whose --stack it is.'],
  ['a context that is not there', ['--context', 'acounts'], 'There is no context acounts; there are accounts'],
  ['tables that it does not find', ['--context', 'accounts'], 'There is no table watched-tributary-accounts-Events…'],
])('With %s it ends with 2 and one line.', async (_, args, line) => {
  const { code, output, errors } = await status(...args);
  expect({ code, output, lines: errors.trim().split('\n').length }).toEqual({ code: 2, output: '', lines: 1 });
  expect(errors).toContain(line);
});
