/** A writer gives up nothing that another writer has changed meanwhile, does not try for ever, and reads no more than it must. */
import { expect, test } from 'vitest';
import type { Commit } from '#shared/event-store/commit.ts';
import type { FeedTable } from '#shared/feed/feed-table.ts';
import { createFeedWriter } from '#shared/feed/feed-writer.ts';
import { createInMemoryFeedTable } from '#shared/feed/in-memory/in-memory-feed-table.ts';
import { commitOf, history, inMemoryLog } from './feed-harness.ts';

test('A commit that another writer feeds while it is looked up is fed.', async () => {
  const commits = history('a', [1, 1, 1, 1]);
  const log = inMemoryLog(commits);
  const table = createInMemoryFeedTable();
  const other = createFeedWriter({ table, log, partitions: 1 });
  for (const commit of [commits[0] as Commit, commitOf('b', 1)]) await other.append([commit]);
  let interrupted = false;
  const interruptible: FeedTable = {
    ...table,
    async lookUp(keys) {
      const found = await table.lookUp(keys);
      if (!interrupted) {
        interrupted = true;
        await other.append(commits);
        await other.append([commitOf('c', 1)]);
      }
      return found;
    },
  };
  const outcomes = await createFeedWriter({ table: interruptible, log, partitions: 1 }).append([commits[2] as Commit]);
  expect(outcomes).toEqual([{ kind: 'fed', place: { partition: 0, position: 4 }, missed: [] }]);
});

test('A writer that always loses gives up, and says that a later try may succeed.', async () => {
  const table: FeedTable = { ...createInMemoryFeedTable(), add: async () => false };
  const waits: number[] = [];
  const pause = async (milliseconds: number) => void waits.push(milliseconds);
  const writer = createFeedWriter({ table, log: inMemoryLog([]), partitions: 1, pause, random: () => 0.5 });
  await expect(writer.append([commitOf('a', 1)])).rejects.toMatchObject({ code: 'store-unavailable', retryable: true });
  expect(waits.slice(0, 6)).toEqual([10, 20, 40, 80, 160, 160]);
});
