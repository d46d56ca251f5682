/** Random commands over HTTP while everything fails on purpose; then quiet, and everything must be as the log says. */
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { ContextCatalog } from '#shared/catalog/index.ts';
import { EVENTS_TABLE, FEED_TABLE, QUERY_TABLE } from '#shared/dynamodb/index.ts';
import type { ProjectionStatus } from '#shared/edge/http/index.ts';
import { auditFeed, damageLine } from '#shared/feed/audit/index.ts';
import { createDynamoDbFeedTable, createDynamoDbLogScanner } from '#shared/feed/dynamodb/index.ts';
import { contexts } from '../../functions/contexts.ts';
import type { Chaos } from '../../infra/local/engine/chaos/faults.ts';
import type { LocalCloud } from '../../infra/local/start.ts';
import { checkTransfers } from '../simulation/check-transfers.ts';
import { differencesOfCommands } from './acknowledged-commands.ts';
import { type SentCommand, sendCommand, strongVersion } from './patient-client.ts';
import { randomCommands, type SoakCommand } from './random-commands.ts';
import { compareWithLog, type Log, readLog } from './tables-and-log.ts';

type SoakOptions = {
  readonly cloud: LocalCloud;
  readonly chaos: Chaos;
  readonly seed: number;
  readonly commands: number;
  readonly clients: number;
  readonly progress?: (step: string) => void;
};

export type SoakResult = {
  readonly recorded: number;
  readonly refused: number;
  /** Times that a command was sent again. */
  readonly repeats: number;
  readonly strongReads: number;
  readonly commits: number;
  readonly rowsAndEntries: number;
  readonly injected: ReturnType<Chaos['injected']>;
  /** What is not as it must be; nothing, when all is well. */
  readonly differences: readonly string[];
};

const SETTLED_WITHIN_MS = 120_000;
const LOOK_EVERY_MS = 300;

/** One of so many recorded commands is followed by a strong read. */
const STRONG_READ_EVERY = 10;

/** The cloud must have been started with the chaos, and its reconcilers with a settle time of about a second. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const { cloud, chaos, progress = () => {} } = options;
  const differences: string[] = [];
  const report = (difference: string) => void differences.push(difference);
  const { sent, strongReads } = await play(options, report);
  chaos.stop();
  progress('no more faults; waiting until every projection has everything');

  const config = { endpoint: cloud.dynamodbEndpoint, region: 'local' };
  const base = new DynamoDBClient({ ...config, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });
  const client = DynamoDBDocumentClient.from(base);
  try {
    for (const context of contexts) await auditContext(cloud, client, context, report);
    await untilReconciled(cloud, report);
    progress('comparing');
    const compared = await compareAll(cloud, client, sent, report);
    const count = (kind: SentCommand['kind']) => sent.filter((one) => one.kind === kind).length;
    return {
      recorded: count('recorded'),
      refused: count('refused'),
      repeats: sent.reduce((sum, { tries }) => sum + tries - 1, 0),
      strongReads,
      ...compared,
      injected: chaos.injected(),
      differences,
    };
  } finally {
    client.destroy();
  }
}

/** What clients were told, the logs, the query tables and the dead-letter queues. */
async function compareAll(
  cloud: LocalCloud,
  client: DynamoDBDocumentClient,
  sent: readonly SentCommand[],
  report: (difference: string) => void,
): Promise<Pick<SoakResult, 'commits' | 'rowsAndEntries'>> {
  const logs: Log[] = [];
  let rowsAndEntries = 0;
  for (const context of contexts) {
    const log = await readLog(client, tableOf(cloud, context.name, EVENTS_TABLE.logicalId), report);
    logs.push(log);
    for (const projection of context.projections) {
      const logicalId = `Projection${projection.name.replaceAll('-', '')}${QUERY_TABLE.logicalId}`;
      const table = tableOf(cloud, context.name, logicalId);
      rowsAndEntries += await compareWithLog({ client, table, projection }, log, report);
    }
  }
  for (const difference of differencesOfCommands(sent, logs)) report(difference);
  for (const log of logs) reportTransfers(log, report);
  for (const { name, counts } of cloud.directory.queues.values()) {
    const { visible } = counts();
    if (/_dead-letters|DeadLetters|RelayFailures/.test(name) && visible > 0)
      report(`${name} holds ${visible} messages`);
  }
  const commits = logs.flatMap((log) => [...log.values()].flat());
  return { commits: commits.length, rowsAndEntries };
}

export function reportTransfers(log: Log, report: (difference: string) => void): void {
  try {
    checkTransfers(log);
  } catch (error) {
    report(String(error));
  }
}

async function play(
  { cloud, seed, commands, clients, progress = () => {} }: SoakOptions,
  report: (line: string) => void,
) {
  const waiting = randomCommands(seed, commands);
  const sent: SentCommand[] = [];
  let strongReads = 0;
  const client = async () => {
    for (let command = waiting.shift(); command !== undefined; command = waiting.shift()) {
      const outcome = await sendCommand(cloud.url, command);
      sent.push(outcome);
      if (sent.length % 500 === 0) progress(`${sent.length} commands answered`);
      if (outcome.kind !== 'recorded' || sent.length % STRONG_READ_EVERY !== 0) continue;
      strongReads += 1;
      await readStrongly(cloud.url, command, outcome.version, report);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return { sent, strongReads };
}

async function readStrongly(
  url: string,
  { path, stream }: SoakCommand,
  recorded: number,
  report: (line: string) => void,
) {
  if (stream.startsWith('person-')) return; // no query has the row of a person
  const version = await strongVersion(url, path.slice(0, path.lastIndexOf('/')));
  if (version === undefined || version < recorded) {
    report(`a strong read of ${stream} gave version ${version} after ${recorded} was acknowledged`);
  }
}

/** The feed must become the log: its relay may still be at work. */
async function auditContext(
  cloud: LocalCloud,
  client: DynamoDBDocumentClient,
  { name, feedPartitions = 1 }: ContextCatalog,
  report: (line: string) => void,
): Promise<void> {
  const table = createDynamoDbFeedTable({ client, table: tableOf(cloud, name, FEED_TABLE.logicalId) });
  await auditFeed({
    table,
    scanner: createDynamoDbLogScanner({ client, table: tableOf(cloud, name, EVENTS_TABLE.logicalId) }),
    partitions: (await table.partitions()) ?? feedPartitions,
    patience: SETTLED_WITHIN_MS / LOOK_EVERY_MS,
    pause: () => sleep(LOOK_EVERY_MS),
    report: (damage) => report(`the feed of ${name}: ${damageLine(damage)}`),
  });
  for (const { stream, version, reason } of await table.parked()) {
    report(`the feed of ${name} has parked ${stream} at version ${version}: ${reason}`);
  }
}

async function untilReconciled({ url, directory }: LocalCloud, report: (line: string) => void): Promise<void> {
  const reconcilers = [...directory.functions.values()].filter(({ name }) => name.endsWith('-reconcile'));
  const deadline = performance.now() + SETTLED_WITHIN_MS;
  for (;;) {
    await Promise.all(reconcilers.map((reconcile) => reconcile.invoke({})));
    const response = await fetch(`${url}/projections`);
    const { projections = [] } = (await response.json()) as { projections?: readonly ProjectionStatus[] }; // the HTTP contract
    if (projections.length > 0 && projections.every(({ lag }) => lag.events === 0)) return;
    if (performance.now() > deadline) {
      for (const { context, projection, lag } of projections) {
        if (lag.events > 0) report(`${projection} of ${context} stays ${lag.events} events behind`);
      }
      return;
    }
    await sleep(LOOK_EVERY_MS);
  }
}

function tableOf({ tables }: LocalCloud, context: string, logicalId: string): string {
  const found = tables.filter((name) => name.includes(`-${context}-${logicalId}`));
  if (found.length === 1 && found[0] !== undefined) return found[0];
  throw new Error(`There is not one table ${context}-${logicalId} among ${tables.join(', ')}.`);
}
