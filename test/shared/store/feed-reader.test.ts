/** Does a page never jump over what it could not read? */
import { expect, test } from 'vitest';
import { createFeedReader } from '#shared/store/feed-reader.ts';
import type { FeedTable } from '#shared/store/feed-table.ts';
import { createFeedWriter } from '#shared/store/feed-writer.ts';
import { createInMemoryFeedTable } from '#shared/store/in-memory/in-memory-feed-table.ts';
import { commitOf, counted, everything, inMemoryLog } from './feed-harness.ts';

test('Partitions that can be read only batch by batch give the same sequence as those that are read at once.', async () => {
  const commits = Array.from({ length: 8 }, (_, index) =>
    ['a', 'b', 'c', 'd'].map((id) => commitOf(id, index + 1)),
  ).flat();
  const table = createInMemoryFeedTable();
  const writer = createFeedWriter({ table, log: inMemoryLog(commits), partitions: 3 });
  for (const commit of commits) await writer.append([commit]);
  const sparing: FeedTable = {
    ...table,
    async read(partition, after, limit) {
      const { batches, head } = await table.read(partition, after, limit);
      return { batches: batches.slice(0, partition + 1), head };
    },
  };
  const whole = await everything(createFeedReader({ table, events: counted }));
  expect(whole).toHaveLength(32);
  expect(await everything(createFeedReader({ table: sparing, events: counted }))).toEqual(whole);
  expect(await everything(createFeedReader({ table: sparing, events: counted }), 3)).toEqual(whole);
});
