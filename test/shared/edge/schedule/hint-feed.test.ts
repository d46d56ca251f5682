/** A follower reads nothing of the feed but which stream has come to which version, from where it has come to. */
import { beforeEach, expect, it } from 'vitest';
import { hintFeed } from '#shared/edge/schedule/index.ts';
import { createFeedReader, createFeedWriter, createInMemoryFeedTable, type FeedReader } from '#shared/feed/index.ts';
import { commitOf, history, inMemoryLog } from '../../feed/feed-harness.ts';

const commits = [...history('a', [2]), ...history('b', [1]), ...history('a', [2, 1]).slice(1)];
let reader: FeedReader;
beforeEach(async () => {
  const table = createInMemoryFeedTable();
  await createFeedWriter({ table, log: inMemoryLog([...commits]), partitions: 1 }).append(commits);
  reader = createFeedReader({ table });
});

it('From its beginning, a page at a time, and the last page says that it is', async () => {
  const feed = hintFeed(reader);
  const first = await feed.read(undefined, 3);
  const recordedAt = commits[0]?.recordedAt;
  expect(first.events).toMatchObject([
    { stream: 'thing-a', version: 1, recordedAt },
    { stream: 'thing-a', version: 2, recordedAt },
    { stream: 'thing-b', version: 1 },
  ]);
  expect(first.isEnd).toBe(false);
  const second = await feed.read(first.next, 3);
  expect(second.events).toMatchObject([{ stream: 'thing-a', version: 3 }]);
  expect(second.isEnd).toBe(true);
  expect(await feed.read(second.next, 3)).toEqual({ events: [], next: second.next, isEnd: true });
});

it('A place that is none is the beginning', async () => {
  expect((await hintFeed(reader).read('nowhere', 10)).events).toHaveLength(4);
});

it('What has no name of a stream is passed by', async () => {
  const named = (stream: string) => ({ ...commitOf('a', 1), stream }) as ReturnType<typeof commitOf>;
  const table = createInMemoryFeedTable();
  const odd = [named('no stream'), commitOf('c', 1)];
  await createFeedWriter({ table, log: inMemoryLog(odd), partitions: 1 }).append(odd);
  const { events } = await hintFeed(createFeedReader({ table })).read(undefined, 10);
  expect(events).toMatchObject([{ stream: 'thing-c', version: 1 }]);
});
