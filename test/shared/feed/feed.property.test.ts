/** Every commit is fed exactly once, whatever the table's stream delivers, and wherever a relay dies. */
import fc from 'fast-check';
import { test } from 'vitest';
import { createFeedReader } from '#shared/feed/feed-reader.ts';
import type { FeedTable } from '#shared/feed/feed-table.ts';
import { createFeedWriter } from '#shared/feed/feed-writer.ts';
import { createInMemoryFeedTable } from '#shared/feed/in-memory/in-memory-feed-table.ts';
import { deliver, deliveries, expectExactlyOnce } from './feed-deliveries.ts';
import { counted, everything, inMemoryLog } from './feed-harness.ts';

/** What becomes of the first calls of the table, by both relays; a call may also just take its time. */
const faults = fc.array(fc.constantFrom('before', 'after', 'between', 'late', 'none', 'none'), { maxLength: 60 });

const partitionCount = fc.integer({ min: 1, max: 3 });

test('Every commit is fed once and in order, whatever is delivered and wherever a relay dies.', async () => {
  await fc.assert(
    fc.asyncProperty(deliveries, faults, partitionCount, fc.boolean(), async (deliveries, faults, partitions, dies) => {
      const table = createInMemoryFeedTable();
      const faulty = faultyTable(table, faults);
      const log = inMemoryLog(deliveries.commits);
      const pause = async () => {};
      await deliver(deliveries, () => createFeedWriter({ table: faulty, log, partitions, pause }), dies);
      const reader = createFeedReader({ table, events: counted });
      expectExactlyOnce(await everything(reader), deliveries.commits);
      expectExactlyOnce(await everything(reader, 3), deliveries.commits);
    }),
    { numRuns: 500 },
  );
});

/** Fails before or after a call, or between the entries of an index write, as the faults say. */
function faultyTable(table: FeedTable, faults: readonly string[]): FeedTable {
  let calls = 0;
  const call = async <T>(action: () => Promise<T>, part: () => Promise<unknown> = async () => {}): Promise<T> => {
    const fault = faults[calls];
    calls += 1;
    if (fault === 'before') throw new Error('died before a request');
    if (fault === 'between') {
      await part();
      throw new Error('died between two writes');
    }
    if (fault === 'late') for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    const result = await action();
    if (fault === 'after') throw new Error('died after a request');
    return result;
  };
  return {
    ...table,
    newest: (partition) => call(() => table.newest(partition)),
    following: (partition, position) => call(() => table.following(partition, position)),
    add: (batch) => call(() => table.add(batch)),
    lookUp: (keys) => call(() => table.lookUp(keys)),
    lastIndexed: (stream) => call(() => table.lastIndexed(stream)),
    index: (entries) =>
      call(
        () => table.index(entries),
        () => table.index(entries.slice(entries.length / 2)),
      ),
  };
}
