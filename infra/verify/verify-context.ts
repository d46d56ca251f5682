/** What does `npm run verify` do? It compares, tells, and mends what it is allowed to. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type FeedSight, type FeedVerdict, repairFeed, verifyFeed } from '#shared/feed/audit/index.ts';
import { createDynamoDbFeedSight, createDynamoDbFeedTable, replaceBatch } from '#shared/feed/dynamodb/index.ts';
import { createFeedWriter } from '#shared/feed/index.ts';
import { damageLine } from './damage-line.ts';
import { type FeedTableNames, itemCount } from './feed-tables.ts';
import { progressBar } from './progress-bar.ts';

type VerifyRequest = {
  readonly client: DynamoDBDocumentClient;
  readonly tables: FeedTableNames;
  readonly context: string;
  /** Of a feed that has not been begun. */
  readonly partitions: number;
  readonly repair: boolean;
  /** How long to wait for commits that the relay may still be carrying. */
  readonly settleSeconds: number;
  readonly print: (line: string) => void;
};

const MAXIMUM_LINES = 50;
const LOOK_EVERY_MS = 500;

/** Whether the feed is sound in the end. Safe while the context is in use, and safe to repeat. */
export async function verifyContext(request: VerifyRequest): Promise<boolean> {
  const { client, tables, context, repair, print } = request;
  const table = createDynamoDbFeedTable({ client, table: tables.feed });
  const partitions = (await table.partitions()) ?? request.partitions;
  const verdict = await look(request, partitions);
  report(context, verdict, print);
  if (verdict.damage.length === 0 || !repair) return verdict.damage.length === 0;
  const sight = sightOf(request);
  const writer = createFeedWriter({ table, log: sight, partitions });
  const replace = replaceBatch({ client, feedTable: tables.feed });
  await repairFeed({ log: sight, table, writer, replace }, verdict.picture, verdict.damage);
  const after = await look(request, partitions);
  print('After the repair:');
  report(context, after, print);
  if (after.damage.length > 0) {
    print('What is left cannot be mended. docs/decisions/feed.md tells how to make a feed again.');
  }
  return after.damage.length === 0;
}

const sightOf = ({ client, tables }: VerifyRequest): FeedSight =>
  createDynamoDbFeedSight({ client, eventsTable: tables.events, feedTable: tables.feed });

async function look(request: VerifyRequest, partitions: number): Promise<FeedVerdict> {
  const { client, tables, context, settleSeconds } = request;
  const bar = progressBar(context, await itemCount(client, tables), process.stderr);
  const verdict = await verifyFeed(counting(sightOf(request), bar.add), {
    partitions,
    patience: Math.ceil((settleSeconds * 1_000) / LOOK_EVERY_MS),
    pause: () => sleep(LOOK_EVERY_MS),
  });
  bar.end();
  return verdict;
}

/** The same sight, with a count of what it has seen. */
function counting(sight: FeedSight, add: (items: number) => void): FeedSight {
  const counted =
    <T>(each: (items: readonly T[]) => void) =>
    (items: readonly T[]) => {
      add(items.length);
      each(items);
    };
  return {
    commitsAfter: sight.commitsAfter,
    allCommits: (each) => sight.allCommits(counted(each)),
    allIndexEntries: (each) => sight.allIndexEntries(counted(each)),
    batchesFrom: (partition, position, each) => sight.batchesFrom(partition, position, counted(each)),
  };
}

function report(context: string, { picture, damage }: FeedVerdict, print: (line: string) => void): void {
  const fed = picture.batches.flat().reduce((sum, batch) => sum + batch.fed.length, 0);
  print(`${context}: ${picture.log.size} commits in the log, ${fed} in the feed, ${damage.length} faults`);
  for (const one of damage.slice(0, MAXIMUM_LINES)) print(`  ${one.kind}: ${damageLine(one)}`);
  if (damage.length > MAXIMUM_LINES) print(`  and ${damage.length - MAXIMUM_LINES} more`);
}
