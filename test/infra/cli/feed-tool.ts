/** A tool of the command line, run as npm runs it, on tables that are named as a deployment names those of the accounts. */
import { type ChildProcess, execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { inject } from 'vitest';
import { toStreamId } from '#shared/event/index.ts';
import type { Commit } from '#shared/event-store/index.ts';
import { createDynamoDbFeedLog, createDynamoDbFeedTable } from '#shared/feed/dynamodb/index.ts';
import { createFeedWriter } from '#shared/feed/index.ts';
import type { accountEvents } from '../../../functions/accounts/account.events.ts';
import { commitOf, history } from '../../shared/feed/feed-harness.ts';
import { createTables, localClient, recordIn } from '../../shared/feed/feed-tables.ts';

type Ended = { readonly code: number; readonly output: string; readonly errors: string };

/** `started` is given the process, to be interrupted. */
export function runTool(
  name: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  started: (tool: ChildProcess) => void = () => {},
): Promise<Ended> {
  const { promise, resolve: ended } = Promise.withResolvers<Ended>();
  const main = resolve(import.meta.dirname, '../../../infra/cli', `${name}.ts`);
  const { EVENTBRIDGE_PORT: _, SQS_ENDPOINT: __, ...inherited } = process.env;
  const endpoint = { DYNAMODB_ENDPOINT: inject('dynamodbEndpoint') };
  const tool = execFile(
    process.execPath,
    [main, ...args],
    { env: { ...inherited, ...endpoint, ...env } },
    (error, output, errors) => ended({ code: typeof error?.code === 'number' ? error.code : 0, output, errors }),
  );
  started(tool);
  return promise;
}

/** Commits that the accounts can read. */
export const accountHistory = (id: string, sizes: readonly number[]): Commit[] =>
  history(id, sizes).map((commit) => ({
    ...commit,
    events: commit.events.map((event) => ({ ...event, what: 'AccountClosed', schemaVersion: 1 })),
  }));

/** A commit of an account with one event, as the log keeps it. */
export function accountCommit(id: string, version: number, what: keyof typeof accountEvents, data: unknown): Commit {
  const made = commitOf(id, version, [data]);
  const events = made.events.map((event) => ({ ...event, what, schemaVersion: 1, effectiveAt: '2026-01-01' }));
  return { ...made, stream: toStreamId('account', id), events };
}

/** The tables of the accounts of a stage; call in a hook. */
export async function accountTables(stage: string) {
  const client = localClient();
  const [eventsTable, feedTable] = [`${stage}-tributary-accounts-Events12AB`, `${stage}-tributary-accounts-Feed34CD`];
  await createTables(eventsTable, feedTable);
  const table = createDynamoDbFeedTable({ client, table: feedTable });
  const log = createDynamoDbFeedLog({ client, table: eventsTable });
  return {
    client,
    eventsTable,
    feedTable,
    table,
    writer: createFeedWriter({ table, log, partitions: 1 }),
    record: (commits: readonly Commit[]) => recordIn(client, eventsTable, commits),
  };
}
