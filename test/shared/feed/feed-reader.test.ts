/** A page never jumps over what it could not read. */
import { expect, test } from 'vitest';
import { createFeedReader } from '#shared/feed/feed-reader.ts';
import type { FeedTable } from '#shared/feed/feed-table.ts';
import { createFeedWriter } from '#shared/feed/feed-writer.ts';
import { createInMemoryFeedTable } from '#shared/feed/in-memory/in-memory-feed-table.ts';
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

test('No more is unpacked than a page can hold, however small its batches are packed.', async () => {
  const commits = Array.from({ length: 60 }, (_, index) =>
    commitOf('a', index + 1, [{ count: index + 1, large: 'x'.repeat(300_000) }]),
  );
  const table = createInMemoryFeedTable();
  await createFeedWriter({ table, log: inMemoryLog(commits), partitions: 1 }).append(commits);
  let unpacked = 0;
  const watched: FeedTable = {
    ...table,
    async read(...range) {
      const { batches, head } = await table.read(...range);
      const counting = batches.map((batch) => ({
        ...batch,
        get commits() {
          unpacked += 1;
          return batch.commits;
        },
      }));
      return { batches: counting, head };
    },
  };
  const reader = createFeedReader({ table: watched, events: counted });
  const page = await reader.readAll([], 1_000);
  expect(page.events.length).toBeGreaterThan(5);
  expect(unpacked).toBeLessThanOrEqual(page.events.length + 2);
  expect(await everything(reader)).toHaveLength(60);
});

test('A batch that is gone is told by whoever reads over its place, wherever it was and whatever the page.', async () => {
  const commits = Array.from({ length: 6 }, (_, index) => commitOf('a', index + 1));
  const table = createInMemoryFeedTable();
  const writer = createFeedWriter({ table, log: inMemoryLog(commits), partitions: 1 });
  for (const commit of commits) await writer.append([commit]);
  for (const gone of [1, 3, 5]) {
    const withGap: FeedTable = {
      ...table,
      async read(...range) {
        const { batches, head } = await table.read(...range);
        return { batches: batches.filter(({ position }) => position !== gone), head };
      },
    };
    const reader = createFeedReader({ table: withGap, events: counted });
    const told = { code: 'stream-corrupted', message: expect.stringContaining(`expected position ${gone}, found`) };
    await expect(everything(reader)).rejects.toMatchObject(told);
    await expect(reader.readAll([gone - 1], 1)).rejects.toMatchObject(told);
    expect((await reader.readAll([gone], 100)).events).toHaveLength(6 - gone);
  }
});
