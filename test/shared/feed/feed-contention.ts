/** What writers of one feed cost when they get in each other's way: every request of theirs is counted. */
import type { Commit } from '#shared/event-store/index.ts';
import type { FeedTable } from '#shared/feed/feed-table.ts';
import { createFeedWriter } from '#shared/feed/feed-writer.ts';
import type { FeedUnderTest } from './feed-harness.ts';

/** Per commit, but for `commits`. */
export type FeedCost = {
  readonly commits: number;
  readonly requests: number;
  readonly reads: number;
  readonly indexWrites: number;
  /** Batches that were not added, since another writer's was there. */
  readonly lostRaces: number;
};

/** Each writer feeds its own streams, one commit at a time, as the relays of as many shards do at the same time. */
export async function contend(
  { table, log }: Pick<FeedUnderTest, 'table' | 'log'>,
  streamsOfWriters: readonly (readonly Commit[])[],
): Promise<FeedCost> {
  const counts = { reads: 0, writes: 0, indexWrites: 0, lostRaces: 0 };
  const read = <T>(answer: Promise<T>) => {
    counts.reads += 1;
    return answer;
  };
  const counted: FeedTable = {
    ...table,
    newest: (partition) => read(table.newest(partition)),
    following: (partition, position) => read(table.following(partition, position)),
    read: (partition, after, limit) => read(table.read(partition, after, limit)),
    lookUp: (keys) => read(table.lookUp(keys)),
    lastIndexed: (stream) => read(table.lastIndexed(stream)),
    async add(batch) {
      counts.writes += 1;
      const added = await table.add(batch);
      if (!added) counts.lostRaces += 1;
      return added;
    },
    index(entries) {
      counts.writes += 1;
      counts.indexWrites += entries.length;
      return table.index(entries);
    },
  };
  await Promise.all(
    streamsOfWriters.map(async (commits) => {
      const writer = createFeedWriter({ table: counted, log, partitions: 1 });
      for (const commit of commits) await writer.append([commit]);
    }),
  );
  const commits = streamsOfWriters.flat().length;
  return {
    commits,
    requests: (counts.reads + counts.writes) / commits,
    reads: counts.reads / commits,
    indexWrites: counts.indexWrites / commits,
    lostRaces: counts.lostRaces / commits,
  };
}
