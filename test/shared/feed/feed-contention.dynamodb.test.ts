import { expect, test } from 'vitest';
import { createFeedReader } from '#shared/feed/feed-reader.ts';
import { contend } from './feed-contention.ts';
import { expectExactlyOnce } from './feed-deliveries.ts';
import { counted, everything, history } from './feed-harness.ts';
import { dynamoDbFeed } from './feed-tables.ts';

/** So many commits each, of one stream each. */
const COMMITS = 12;

const streams = (writers: number) =>
  Array.from({ length: writers }, (_, writer) => history(String(writer), Array(COMMITS).fill(1)));

async function cost(writers: number) {
  const feed = await dynamoDbFeed('feed-contention');
  const all = streams(writers);
  await feed.record(all.flat());
  const spent = await contend(feed, all);
  console.log(`${writers} writers, per commit: ${JSON.stringify(spent)}`);
  expectExactlyOnce(await everything(createFeedReader({ table: feed.table, events: counted })), all.flat());
  return spent;
}

test('A writer that wrote the last batch reads nothing before its next: it costs two writes.', async () => {
  const { requests, reads, indexWrites, lostRaces } = await cost(1);
  expect(lostRaces).toBe(0);
  expect(indexWrites).toBe(1);
  expect(reads).toBeLessThan(3 / COMMITS);
  expect(requests).toBeLessThan(2 + 3 / COMMITS);
});

test.each([4, 16])('%i writers at once write at most two index entries per commit.', async (writers) => {
  const { indexWrites, requests } = await cost(writers);
  expect(indexWrites).toBeGreaterThanOrEqual(1);
  expect(indexWrites).toBeLessThanOrEqual(2);
  expect(requests).toBeLessThan(3 * writers);
});
