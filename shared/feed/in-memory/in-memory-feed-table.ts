/** A feed in memory, by the same rules as in DynamoDB: a batch that is there is never replaced. */
import {
  endOf,
  type FeedBatch,
  type FeedIndexEntry,
  type FeedTable,
  indexKey,
  type ParkedStream,
} from '../feed-table.ts';

export function createInMemoryFeedTable(): FeedTable {
  let count: number | undefined;
  const batches = new Map<number, FeedBatch[]>();
  const indexed = new Map<string, FeedIndexEntry>();
  const parked = new Map<string, ParkedStream>();
  const of = (partition: number) => batches.get(partition) ?? [];

  return {
    async partitions(initial) {
      count ??= initial;
      return count;
    },

    newest: async (partition) => of(partition).at(-1),

    following: async (partition, after) => ({
      batches: of(partition).filter(({ position }) => position > after),
      more: false,
    }),

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

    async park(stream) {
      const before = parked.get(stream.stream);
      const upTo = Math.max(stream.upTo, before?.upTo ?? 0);
      parked.set(stream.stream, { ...stream, ...(before && { ...before, reason: stream.reason }), upTo });
    },

    parked: async () => [...parked.values()],

    async release(stream, upTo) {
      if ((parked.get(stream)?.upTo ?? 0) > upTo) return false;
      return parked.delete(stream);
    },
  };
}
