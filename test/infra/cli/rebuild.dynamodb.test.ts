/** `npm run rebuild` fills a raised version beside the active one, activates it, goes back, and cleans up. */
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, expect, inject, test, vi } from 'vitest';
import { createDynamoDbEventStore } from '#shared/event-store/dynamodb/index.ts';
import type { Commit } from '#shared/event-store/index.ts';
import { createDynamoDbProjectionVersions } from '#shared/projection/dynamodb/index.ts';
import { queryTableItems } from '#shared/projection/dynamodb/query-table-items.ts';
import { catchUp, type ProjectionVersions } from '#shared/projection/index.ts';
import { accountEvents } from '../../../functions/accounts/account.events.ts';
import { statement } from '../../../functions/accounts/statement.projection.ts';
import { summary } from '../../../functions/accounts/summary.projection.ts';
import { refusal } from '../../../infra/cli/version-steps.ts';
import { createQueryTable, patientClient } from '../../shared/projection/dynamodb-tables.ts';
import { rebuildWorld } from '../../shared/projection/rebuild-harness.ts';
import { stubAwsEnvironment } from '../../support/aws-environment.ts';
import { accountTables, accountCommit as commit, runTool } from './feed-tool.ts';

stubAwsEnvironment();
const STAGE = 'rebuilt';
const ACCOUNTS = 60;

/** The code of the checkout has version 1; what was there before it raised its version is 0. */
const before = { ...summary, version: 0 };

let tables: Awaited<ReturnType<typeof accountTables>>;
let versions: ProjectionVersions;
let statementTable: string;

async function record(...commits: Commit[]): Promise<void> {
  await tables.record(commits);
  await tables.writer.append(commits);
}

beforeAll(async () => {
  tables = await accountTables(STAGE);
  const client = patientClient(inject('dynamodbEndpoint'));
  const [table, second] = await Promise.all(
    ['summary', 'statement'].map((name) =>
      createQueryTable(client, `${STAGE}-tributary-accounts-Projection${name}Rows12AB`),
    ),
  );
  client.destroy();
  versions = createDynamoDbProjectionVersions({ client: tables.client, table: table ?? '' });
  statementTable = second ?? '';
  const store = createDynamoDbEventStore({ client: tables.client, table: tables.eventsTable, events: accountEvents });
  for (let number = 0; number < ACCOUNTS; number += 1) {
    const id = String(number);
    await record(
      commit(id, 1, 'AccountOpened', { owner: `owner ${number % 7}` }),
      commit(id, 2, 'PaymentReceived', { amount: number }),
    );
    await catchUp({ store, table: versions.table(0) }, before, `account-${id}` as Commit['stream'], 2);
  }
  await versions.writeActive({ from: undefined, to: { active: 0, at: LONG_AGO } });
});

const LONG_AGO = '2026-01-01T00:00:00.000Z';

const rebuild = (args: readonly string[], started?: Parameters<typeof runTool>[3]) =>
  runTool('rebuild', ['--context', 'accounts', '--stage', STAGE, ...args], {}, started);
const ofSummary = (...args: string[]) => rebuild(['--projection', 'summary', ...args]);

test('A raised version is filled, killed and resumed, compared, activated, left again, and what is old is dropped.', async () => {
  expect(await ofSummary('--activate', '--yes')).toMatchObject({
    code: 1,
    output: expect.stringContaining('it is not filled to its end'),
  });

  await rebuild(['--projection', 'summary', '--yes'], (tool) => {
    void vi.waitFor(
      async () => {
        expect(await versions.table(1).readNote('rebuild')).toBeDefined();
        tool.kill('SIGKILL');
      },
      { timeout: 30_000, interval: 5 },
    );
  });
  await record(
    commit('0', 3, 'MoneyWithdrawn', { amount: 1 }),
    commit('new', 1, 'AccountOpened', { owner: 'owner 1' }),
  );

  const unanswered = await rebuild(['--projection', 'summary'], (tool) => void tool.stdin?.end());
  expect(unanswered).toMatchObject({ code: 1, output: expect.stringContaining('go on with --activate') });
  expect(await versions.readActive()).toMatchObject({ active: 0 });

  const activated = await ofSummary('--yes');
  expect(activated.output).toContain(
    `rows: ${ACCOUNTS - 1} equal, 1 different, 1 only in version 1, 0 only in version 0`,
  );
  expect(activated.output).toContain(
    `entries: ${ACCOUNTS - 1} equal, 1 different, 1 only in version 1, 0 only in version 0`,
  );
  expect(activated).toMatchObject({ code: 0, output: expect.stringContaining('Version 1 of summary is active.') });
  expect(await versions.readActive()).toMatchObject({ active: 1, previous: 0 });
  expect(await versions.table(1).read('account-0' as Commit['stream'])).toMatchObject({
    watermark: 3,
    row: { owner: 'owner 0', balance: -1 },
  });
  expect(await ofSummary('--yes')).toMatchObject({ code: 0, output: expect.stringContaining('is active already') });

  const whole = await ofSummary('--compare');
  expect(whole).toMatchObject({
    code: 0,
    output: `summary v1: ${ACCOUNTS + 1} streams, 0 different, 0 behind the log, 0 parked\n`,
  });

  expect(await ofSummary('--rollback', '--yes')).toMatchObject({
    code: 0,
    output: 'Version 0 of summary is active again.\n',
  });
  expect(await ofSummary('--activate', '--yes')).toMatchObject({ code: 0 });

  const active = await versions.readActive();
  if (active === undefined) throw new Error('nothing is active');
  await versions.writeActive({ from: active, to: { ...active, at: LONG_AGO } });
  expect(await ofSummary('--drop-old', '--yes')).toMatchObject({
    code: 0,
    output: `${2 * ACCOUNTS} rows and entries deleted; version 1 of summary is what is left.\n`,
  });
  expect(await versions.table(0).list({ key: 'owner#owner 1', limit: 1 })).toEqual({ entries: [], next: undefined });
  expect((await versions.table(1).list({ key: 'owner#owner 1', limit: 100 })).entries).toHaveLength(10);
  expect(await ofSummary('--rollback', '--yes')).toMatchObject({
    code: 1,
    output: expect.stringContaining('no version'),
  });

  const stored = await versions.table(1).read('account-7' as Commit['stream']);
  const damage = {
    from: 2,
    watermark: 2,
    row: { ...(stored?.row as object), balance: 1_000_000 },
    put: [],
    remove: [],
  };
  await versions.table(1).write('account-7' as Commit['stream'], damage);
  const damaged = await ofSummary('--compare');
  expect(damaged).toMatchObject({ code: 1, output: expect.stringContaining('account-7 has another row at 2') });
});

test('What other code has begun is neither gone on with nor activated.', async () => {
  const { client } = tables;
  const table = createDynamoDbProjectionVersions({ client, table: statementTable }).table(statement.version);
  const note = { cursor: '0.0000000000000000', at: LONG_AGO, segments: 8, meaning: 'another', filled: true };
  await table.writeNote('rebuild', { from: undefined, to: note });
  for (const step of [[], ['--activate']]) {
    const refused = await rebuild(['--projection', 'statement', '--yes', ...step]);
    expect(refused).toMatchObject({ code: 1, errors: '' });
    expect(refused.output).toContain('was made by code that makes something else of events. Raise its version');
  }
  const [{ noteKey }, TableName] = [queryTableItems(statement.version), statementTable];
  await client.send(new DeleteCommand({ TableName, Key: noteKey('rebuild') }));
});

test('What has changed without a higher version is refused with the reason of the lock.', async () => {
  const world = rebuildWorld();
  const ports = world.ports(world.versions.table(1));
  expect(await refusal({ changed: 'what it makes of Counted', ports })).toBe('what it makes of Counted');
  expect(await refusal({ changed: undefined, ports })).toBeUndefined();
});

test('What a parked stream is in the way of is activated with --force.', async () => {
  await record(commit('odd', 1, 'AccountOpened', { owner: 'odd' }));
  await record({
    ...commit('odd', 2, 'AccountClosed', {}),
    events: commit('odd', 2, 'AccountClosed', {}).events.map((event) => ({ ...event, what: 'Invented' })),
  });
  const refused = await rebuild(['--projection', 'statement', '--yes']);
  expect(refused).toMatchObject({ code: 1, output: expect.stringContaining('1 streams are parked in it') });
  expect(refused.output).toContain('account-odd is parked at version 2');
  const forced = await rebuild(['--projection', 'statement', '--yes', '--force']);
  expect(forced).toMatchObject({ code: 0, output: expect.stringContaining('is active.') });
});

test.each<[string, readonly string[], string]>([
  ['no projection', [], 'Say which projection: '],
  ['a projection that is not there', ['--projection', 'sumary'], 'There is no projection sumary; there are'],
  ['a context that is not there', ['--context', 'acounts'], 'There is no context acounts; there are accounts'],
  ['two things to do', ['--projection', 'summary', '--rollback', '--drop-old'], 'Say one of --rollback and --drop-old'],
  [
    'a stage that is not there',
    ['--projection', 'summary', '--stage', 'nope'],
    'no table nope-tributary-accounts-Events',
  ],
])('With %s it ends with 2 and one line.', async (_, args, line) => {
  const { code, output, errors } = await rebuild(args);
  expect({ code, output, lines: errors.trim().split('\n').length }).toEqual({ code: 2, output: '', lines: 1 });
  expect(errors).toContain(line);
});
