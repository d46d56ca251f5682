/** What it costs when several relays write to one partition of a feed at once. */
import { FEED_TABLE } from '#shared/dynamodb/index.ts';
import { KitError } from '#shared/event/index.ts';
import type { Commit } from '#shared/event-store/index.ts';
import { createDynamoDbFeedLog, createDynamoDbFeedTable } from '#shared/feed/dynamodb/index.ts';
import { createFeedWriter, type FeedWriter } from '#shared/feed/index.ts';
import { type BenchDatabase, kitClient } from '../bench-database.ts';
import { type Cost, counted, share } from '../counted-client.ts';
import { atMost, type Figure, figure, type Section } from '../report.ts';
import { streamsOfCommits } from './feed-commits.ts';

const WRITERS = [1, 4, 16];
/** In all, so that every number of writers takes about as long. */
const COMMITS = 160;
const INDEX_GOAL = atMost(2);

export async function feedContentionSection(database: BenchDatabase, logTable: string): Promise<Section> {
  const figures: Figure[] = [];
  for (const writers of WRITERS) {
    const feedTable = await database.table(FEED_TABLE, `contended-feed-${writers}`);
    const streams = await streamsOfCommits(writers, COMMITS / writers);
    const cost = await feedAtOnce(database.endpoint, { feedTable, logTable }, streams);
    const where = `${writers} ${writers === 1 ? 'writer' : 'writers'}`;
    figures.push(
      figure(`${where}: index writes per commit`, cost.batchItems, { decimals: 2, goal: INDEX_GOAL }),
      figure(`${where}: requests per commit`, cost.reads + cost.writes, { decimals: 2 }),
      figure(`${where}: lost races per commit`, cost.refused, { decimals: 2 }),
      figure(`${where}: tries that were lost`, (100 * cost.refused) / (1 + cost.refused), { unit: ' %' }),
      figure(`${where}: calls that gave up`, cost.gaveUp),
      figure(`${where}: units per commit`, cost.readUnits + cost.writeUnits, { decimals: 2 }),
    );
  }
  return {
    title: `One partition of the feed, ${COMMITS} commits of one event, each a batch of its own`,
    method: 'Every writer feeds a stream of its own, one commit after the other, and never pauses.',
    figures,
  };
}

/** The mean cost of a commit, and how often a writer gave up in all. */
type FeedCost = Cost & { readonly gaveUp: number };

async function feedAtOnce(
  endpoint: string,
  { feedTable, logTable }: { readonly feedTable: string; readonly logTable: string },
  streams: readonly (readonly Commit[])[],
): Promise<FeedCost> {
  let gaveUp = 0;
  const { client, spent } = counted(kitClient(endpoint));
  await Promise.all(
    streams.map(async (commits) => {
      const writer = createFeedWriter({
        table: createDynamoDbFeedTable({ client, table: feedTable }),
        log: createDynamoDbFeedLog({ client, table: logTable }),
        partitions: 1,
      });
      for (const commit of commits) {
        while (!(await isFed(writer, commit))) gaveUp += 1;
      }
    }),
  );
  client.destroy();
  return { ...share(spent(), COMMITS), gaveUp };
}

/** False when the writer gave up, as a relay has it that then comes back with the same commit. */
async function isFed(writer: FeedWriter, commit: Commit): Promise<boolean> {
  try {
    const [outcome] = await writer.append([commit]);
    if (outcome?.kind !== 'fed') throw new Error(`a commit of ${commit.stream} was not fed`);
    return true;
  } catch (error) {
    if (error instanceof KitError && error.retryable) return false;
    throw error;
  }
}
