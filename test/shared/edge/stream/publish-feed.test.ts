/** What a range of the feed and a parked stream put on the bus, and what stands in their way. */
import { expect, test } from 'vitest';
import { publishParked, publishRange } from '#shared/edge/stream/publish-feed.ts';
import type { Publish } from '#shared/edge/stream/publisher.ts';
import type { Commit } from '#shared/event-store/index.ts';
import { createFeedWriter, createInMemoryFeedTable } from '#shared/feed/index.ts';
import { counted, history, inMemoryLog } from '../../feed/feed-harness.ts';

const SINCE = '2026-01-01T00:00:00.000Z';

function setUp(commits: readonly Commit[]) {
  const table = createInMemoryFeedTable();
  const log = inMemoryLog(commits);
  const writer = createFeedWriter({ table, log, partitions: 1, events: counted });
  const published: string[] = [];
  const publish: Publish = async (events) => {
    published.push(...events.map(({ context }) => `${context.stream}@${context.version} at ${context.position}`));
    return [];
  };
  return { table, log, writer, published, publish };
}

const range = {
  events: counted,
  progress: () => {},
  passedOver: (line: string) => expect(line).toBeUndefined(),
  signal: new AbortController().signal,
};

test('A range that begins and ends within commits has exactly its events.', async () => {
  const commits = history('a', [3, 2, 3]);
  const { table, writer, published, publish } = setUp(commits);
  for (const commit of commits) await writer.append([commit]);
  expect(await publishRange({ partition: 0, from: 2, to: 7 }, { table, publish, ...range })).toBeUndefined();
  expect(published).toEqual([2, 3, 4, 5, 6, 7].map((at) => `thing-a@${at} at 0.000000000000000${at}`));
});

test('A range with a position that no batch has is not jumped over.', async () => {
  const commits = history('a', [1, 1, 1]);
  const { table, writer, publish } = setUp(commits);
  for (const commit of commits) await writer.append([commit]);
  const withGap = {
    ...table,
    following: async (partition: number, position: number) => {
      const { batches, more } = await table.following(partition, position);
      return { batches: batches.filter((batch) => batch.position !== 2), more };
    },
  };
  await expect(
    publishRange({ partition: 0, from: 1, to: 3 }, { table: withGap, publish, ...range }),
  ).rejects.toMatchObject({ code: 'stream-corrupted', message: expect.stringContaining('0.0000000000000002') });
});

test('What a relay parks while a stream is published is published too, before the note goes.', async () => {
  const commits = history('a', [1, 1, 1, 1, 1]);
  const recorded = commits.slice(0, 3);
  const { table, writer, log, published, publish } = setUp(recorded);
  const parked = { stream: 'thing-a', version: 2, upTo: 3, reason: 'it was not known', since: SINCE };
  await table.park(parked);
  const racing: Publish = async (events) => {
    if (recorded.length === 3) {
      recorded.push(...commits.slice(3));
      await table.park({ ...parked, upTo: 5 });
    }
    return publish(events);
  };
  expect(await publishParked(parked, { table, log, writer, events: counted, publish: racing })).toBeUndefined();
  expect(published.map((line) => line.split(' ')[0])).toEqual([2, 3, 4, 5].map((version) => `thing-a@${version}`));
  expect(await table.parked()).toEqual([]);
});

test('A parked stream that the bus does not take keeps its note and says why.', async () => {
  const { table, writer, log } = setUp(history('a', [1, 1]));
  const parked = { stream: 'thing-a', version: 1, upTo: 2, reason: 'it was not known', since: SINCE };
  await table.park(parked);
  const publish: Publish = async (events) => events.map((event) => ({ event, reason: 'throttled', final: false }));
  expect(await publishParked(parked, { table, log, writer, events: counted, publish })).toBe('throttled');
  expect(await table.parked()).toEqual([parked]);
});

test('A note about a stream that the log does not have stays, with that reason.', async () => {
  const { table, writer, log, publish } = setUp([]);
  const parked = { stream: 'thing-a', version: 2, upTo: 3, reason: 'it was not known', since: SINCE };
  await table.park(parked);
  expect(await publishParked(parked, { table, log, writer, events: counted, publish })).toContain(
    'the log has nothing',
  );
  expect(
    await publishParked({ ...parked, stream: 'record 7' }, { table, log, writer, events: counted, publish }),
  ).toContain('no stream');
  expect(await table.parked()).toHaveLength(1);
});
