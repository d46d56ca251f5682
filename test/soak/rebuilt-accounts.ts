/** A long history of accounts in DynamoDB, with its feed and a summary of version 0 that is active; and what every answer may be. */
import { putAll } from '#shared/dynamodb/batches.ts';
import { EVENTS_TABLE, FEED_TABLE, QUERY_TABLE, type TableKind } from '#shared/dynamodb/index.ts';
import { hintFeed } from '#shared/edge/schedule/index.ts';
import { type RecordedEvent, type StreamId, toStreamId } from '#shared/event/index.ts';
import { createDynamoDbEventStore, createDynamoDbLogSegments } from '#shared/event-store/dynamodb/index.ts';
import type { Commit } from '#shared/event-store/index.ts';
import { createDynamoDbFeedLog, createDynamoDbFeedTable } from '#shared/feed/dynamodb/index.ts';
import { createFeedReader, createFeedWriter, cursorText } from '#shared/feed/index.ts';
import { createDynamoDbProjectionVersions } from '#shared/projection/dynamodb/index.ts';
import { type AnyProjection, activateVersion, fillVersion } from '#shared/projection/index.ts';
import { accountEvents } from '../../functions/accounts/account.events.ts';
import { summary } from '../../functions/accounts/summary.projection.ts';
import { itemOf } from '../shared/feed/feed-harness.ts';
import { patientClient } from '../shared/projection/dynamodb-tables.ts';

/** Version 0 told every sum a hundredfold, so that what it has made can be told from what version 1 makes. */
export const HUNDREDFOLD = 100;

export const before: AnyProjection = {
  ...summary,
  version: 0,
  on: Object.fromEntries(
    Object.entries(summary.on).map(([what, handler]) => [
      what,
      (row: unknown, event: RecordedEvent) => {
        const { amount, ...data } = event.data as { readonly amount?: number };
        const told = amount === undefined ? data : { ...data, amount: amount * HUNDREDFOLD };
        return handler?.(row, { ...event, data: told });
      },
    ]),
  ),
};

export type Account = {
  readonly id: string;
  readonly owner: string;
  /** By version, also of a command that is on its way. */
  readonly sums: number[];
  /** Every answer has at least this version: of version 1 everything from before the rebuild is to be there. */
  reached: number;
};

/** Accounts of an owner. */
const OWNERS_SHARE = 20;
const EVENTS_OF_ACCOUNT = 10;
const EVENTS_OF_COMMIT = 3;

export const streamOf = ({ id }: Pick<Account, 'id'>): StreamId => toStreamId('account', id);
export const ownerNamed = (number: number): string => `owner ${number}`;

export type RebuiltAccounts = Awaited<ReturnType<typeof rebuiltAccounts>>;

type Making = {
  readonly endpoint: string;
  readonly stage: string;
  readonly events: number;
  /** Makes a table as the stacks do. */
  readonly table: (kind: TableKind, name: string) => Promise<unknown>;
};

/** The clients find region and credentials in the environment. */
export async function rebuiltAccounts({ endpoint, stage, events, table }: Making) {
  const client = patientClient(endpoint);
  const names = {
    events: `${stage}-tributary-accounts-Events12AB`,
    feed: `${stage}-tributary-accounts-Feed34CD`,
    rows: `${stage}-tributary-accounts-ProjectionsummaryRows56EF`,
  };
  await table(EVENTS_TABLE, names.events);
  await table(FEED_TABLE, names.feed);
  await table(QUERY_TABLE, names.rows);
  const feedTable = createDynamoDbFeedTable({ client, table: names.feed });
  const feedLog = createDynamoDbFeedLog({ client, table: names.events });
  const writer = createFeedWriter({ table: feedTable, log: feedLog, partitions: 1 });
  const reader = createFeedReader({ table: feedTable });
  const versions = createDynamoDbProjectionVersions({ client, table: names.rows });
  const store = createDynamoDbEventStore({ client, table: names.events, events: accountEvents });
  const feed = hintFeed(reader);

  const accounts: Account[] = [];
  let waiting: Commit[] = [];
  const flush = async () => {
    await putAll(client, names.events, waiting.map(itemOf));
    for (let start = 0; start < waiting.length; start += 100) await writer.append(waiting.slice(start, start + 100));
    waiting = [];
  };
  for (let number = 0; number < events / EVENTS_OF_ACCOUNT; number += 1) {
    const { account, commits } = historyOf(number);
    accounts.push(account);
    waiting.push(...commits);
    if (waiting.length >= 1_000) await flush();
  }
  await flush();
  const log = createDynamoDbLogSegments({ client, table: names.events, events: accountEvents, streams: () => true });
  const clock = () => new Date();
  const ports = { table: versions.table(0), store, log, feed, clock, pause: async () => {}, meaning: 'version 0' };
  await fillVersion({ ...ports, feedHead: async () => cursorText(await reader.head()) }, before);
  await activateVersion(versions, 0, clock);
  const owners = Math.ceil(accounts.length / OWNERS_SHARE);
  return { client, names, versions, store, feed, feedLog, writer, accounts, owners };
}

const OPENED_ON = '2026-01-01';
const WHEN = '2026-01-01T12:00:00.000Z';

function historyOf(number: number): { readonly account: Account; readonly commits: readonly Commit[] } {
  const account: Account = {
    id: `a${number}`,
    owner: ownerNamed(Math.floor(number / OWNERS_SHARE)),
    sums: [0, 0],
    reached: EVENTS_OF_ACCOUNT,
  };
  const commits = [commitOf(account.id, 1, [['AccountOpened', { owner: account.owner }]])];
  for (let version = 2; version <= EVENTS_OF_ACCOUNT; version += EVENTS_OF_COMMIT) {
    const amounts = Array.from({ length: EVENTS_OF_COMMIT }, (_, index) => 1 + ((number + version + index) % 97));
    for (const amount of amounts) account.sums.push((account.sums.at(-1) ?? 0) + amount);
    commits.push(
      commitOf(
        account.id,
        version,
        amounts.map((amount) => ['PaymentReceived', { amount }]),
      ),
    );
  }
  return { account, commits };
}

function commitOf(id: string, version: number, events: readonly (readonly [what: string, data: unknown])[]): Commit {
  const why = { id: `command-${id}-${version}`, what: 'any', when: WHEN, who: 'soak' };
  return {
    stream: streamOf({ id }),
    version,
    recordedAt: WHEN,
    who: why.who,
    why,
    correlationId: why.id,
    causationId: why.id,
    events: events.map(([what, data], index) => ({
      id: `event-${id}-${version + index}`,
      what,
      data,
      effectiveAt: OPENED_ON,
      schemaVersion: 1,
    })),
  };
}
