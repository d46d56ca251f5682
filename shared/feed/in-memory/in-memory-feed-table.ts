/** How is a feed kept in memory? By the same rules as in DynamoDB: what is there is never replaced. */
import { endOf, type FeedBatch, type FeedIndexEntry, type FeedTable, indexKey } from '../feed-table.ts';

export function createInMemoryFeedTable(): FeedTable {
  let count: number | undefined;
  const batches = new Map<number, FeedBatch[]>();
  const indexed = new Map<string, FeedIndexEntry>();
  const of = (partition: number) => batches.get(partition) ?? [];

  return {
    async partitions(wish) {
      count ??= wish;
      return count;
    },

    newest: async (partition) => of(partition).at(-1),

    async read(partition, after, limit) {
      const found = of(partition).filter((batch) => endOf(batch) > after && batch.position <= after + limit);
      return { batches: found, head: endOf(of(partition).at(-1)) };
    },

    async add(batch) {
      if (of(batch.partition).some(({ position }) => position === batch.position)) return false;
      batches.set(batch.partition, [...of(batch.partition), batch]);
      return true;
    },

    async lookUp(keys) {
      const found = keys.flatMap((key) => indexed.get(indexKey(key)) ?? []);
      return new Map(found.map((entry) => [indexKey(entry), entry.position]));
    },

    async lastIndexed(stream) {
      const ofStream = [...indexed.values()].filter((entry) => entry.stream === stream);
      return ofStream.sort((one, other) => one.version - other.version).at(-1);
    },

    async index(entries) {
      for (const entry of entries) indexed.set(indexKey(entry), entry);
    },
  };
}
