/** Is every kind of damage found, and everything mended that can be? Items are deleted and altered by hand. */
import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, expect, test } from 'vitest';
import type { Commit } from '#shared/event-store/commit.ts';
import type { FeedSight } from '#shared/feed/audit/feed-inventory.ts';
import { repairFeed } from '#shared/feed/audit/feed-repair.ts';
import { verifyFeed } from '#shared/feed/audit/feed-verify.ts';
import { createDynamoDbFeedSight, replaceBatch } from '#shared/feed/dynamodb/dynamodb-feed-scanner.ts';
import type { FeedWriter } from '#shared/feed/feed.ts';
import { packCommits } from '#shared/feed/feed-batch.ts';
import { createFeedReader } from '#shared/feed/feed-reader.ts';
import { createFeedWriter } from '#shared/feed/feed-writer.ts';
import { expectExactlyOnce } from '../feed-deliveries.ts';
import { commitOf, counted, everything, history, streamNamed } from '../feed-harness.ts';
import { dynamoDbFeed, type FeedTables } from '../feed-tables.ts';

let feed: FeedTables;
let writer: FeedWriter;
const commits = [...history('a', [1, 2, 1]), ...history('b', [2, 1])] as [Commit, Commit, Commit, Commit, Commit];
const [a1, a2, a4, b1, b3] = commits;

/** Batches: a1 b1 at 1, a2 at 4, a4 b3 at 6. The last is not in the index yet. */
beforeEach(async () => {
  feed = await dynamoDbFeed('feed-verify');
  writer = createFeedWriter({ ...feed, partitions: 1 });
  await feed.record(commits);
  for (const batch of [[a1, b1], [a2], [a4, b3]]) await writer.append(batch);
});

const sight = () => createDynamoDbFeedSight(feed);
const look = () => verifyFeed(sight(), { partitions: 1, patience: 0, pause: async () => {} });
const found = async () => (await look()).damage.map(({ kind }) => kind).toSorted();
async function repair() {
  const { picture, damage } = await look();
  await repairFeed({ ...feed, writer, replace: replaceBatch(feed) }, picture, damage);
}
const expectSound = async (all: readonly Commit[] = commits) => {
  expect(await found()).toEqual([]);
  expectExactlyOnce(await everything(createFeedReader({ table: feed.table, events: counted })), all);
};
const deleteFed = (partition: string, position: number) =>
  feed.client.send(new DeleteCommand({ TableName: feed.feedTable, Key: { partition, position } }));
const deleteRecorded = ({ stream, version }: Commit) =>
  feed.client.send(new DeleteCommand({ TableName: feed.eventsTable, Key: { stream, version } }));
const putFed = (partition: string, position: number, rest: object) =>
  feed.client.send(new PutCommand({ TableName: feed.feedTable, Item: { partition, position, ...rest } }));
const indexOf = (id: string) => `stream#${streamNamed(id)}`;

test('A sound feed has no damage, also with unique values in the log and nothing at all.', async () => {
  await feed.client.send(
    new PutCommand({ TableName: feed.eventsTable, Item: { stream: 'unique#name#x', version: 0, holder: 'thing-a' } }),
  );
  await expectSound();
  feed = await dynamoDbFeed('feed-verify');
  expect(await found()).toEqual([]);
});

test('Commits that never reached the feed are found and fed, in the order of recording.', async () => {
  const missed = [commitOf('c', 1), commitOf('a', 5), commitOf('c', 2), commitOf('b', 4)];
  await feed.record(missed);
  expect(await found()).toEqual(['not-fed', 'not-fed', 'not-fed', 'not-fed']);
  await repair();
  await expectSound([...commits, ...missed]);
  const events = await everything(createFeedReader({ table: feed.table, events: counted }));
  expect(events.slice(7).map(({ context }) => context.when)).toEqual(
    events
      .slice(7)
      .map(({ context }) => context.when)
      .toSorted(),
  );
});

test('A feed that was never begun is filled from the log.', async () => {
  const empty = await dynamoDbFeed('feed-verify');
  await empty.record(commits);
  feed = empty;
  writer = createFeedWriter({ ...feed, partitions: 1 });
  expect(new Set(await found())).toEqual(new Set(['not-fed']));
  await repair();
  await expectSound();
});

test('A commit that a relay is still carrying is waited for.', async () => {
  const late = commitOf('c', 1);
  await feed.record([late]);
  const { damage } = await verifyFeed(sight(), { partitions: 1, patience: 2, pause: () => writer.append([late]) });
  expect(damage).toEqual([]);
});

test('A batch that is gone leaves a hole, and comes back at its positions.', async () => {
  await deleteFed('0', 4);
  const reader = createFeedReader({ table: feed.table, events: counted });
  for (const limit of [1, 3, 1_000]) {
    await expect(everything(reader, limit)).rejects.toMatchObject({ code: 'stream-corrupted' });
  }
  await expect(everything(reader, 1, [4])).rejects.toMatchObject({ code: 'stream-corrupted' });
  expect(await found()).toEqual(['hole', 'not-fed', 'wrongly-indexed']);
  await repair();
  await expectSound();
});

test('Batches that are gone from the beginning come back.', async () => {
  await deleteFed('0', 1);
  await deleteFed('0', 4);
  await repair();
  await expectSound();
});

test('Batches that are gone from the end come back, those in the index at their positions.', async () => {
  const [before] = (await everything(createFeedReader({ table: feed.table, events: counted }))).slice(3);
  await deleteFed('0', 4);
  await deleteFed('0', 6);
  expect(await found()).toContain('not-fed');
  await repair();
  await expectSound();
  expect((await everything(createFeedReader({ table: feed.table, events: counted })))[3]).toEqual(before);
});

test('A batch that cannot be read is made again.', async () => {
  await putFed('0', 4, { count: 2, commits: new Uint8Array([1, 2, 3]) });
  expect(await found()).toEqual(['not-fed', 'unreadable', 'wrongly-indexed']);
  await repair();
  await expectSound();
});

test('A batch that does not hold as many events as it says is found.', async () => {
  await feed.client.send(
    new UpdateCommand({
      TableName: feed.feedTable,
      Key: { partition: '0', position: 4 },
      UpdateExpression: 'SET #count = :one',
      ExpressionAttributeNames: { '#count': 'count' },
      ExpressionAttributeValues: { ':one': 1 },
    }),
  );
  expect(await found()).toEqual(['hole', 'unreadable']);
});

test('An altered commit is set back to what the log has.', async () => {
  const altered = { ...a2, who: 'somebody else' };
  const { commits: packed, count } = packCommits(0, 4, [altered]);
  await putFed('0', 4, { count, commits: packed });
  expect(await found()).toEqual(['different']);
  await repair();
  await expectSound();
});

test('What is missing or wrong in the index is written again, and nothing is fed twice for it.', async () => {
  await deleteFed(indexOf('a'), 1);
  await putFed(indexOf('b'), 2, { at: 77 });
  expect(await found()).toEqual(['not-indexed', 'wrongly-indexed']);
  await repair();
  await writer.append([a1, b1]);
  await expectSound();
});

test('What is torn in the log is found, and so is what was fed and is no longer in the log.', async () => {
  await deleteRecorded(a2);
  expect(await found()).toEqual(['not-in-log', 'torn-in-log']);
  await repair();
  expect(await found()).toEqual(['not-in-log', 'torn-in-log']);
});

test('A tear of overlapping commits in the log is found.', async () => {
  await feed.record([commitOf('a', 3)]);
  expect(await found()).toEqual(['not-fed', 'torn-in-log']);
});

test('A commit that is fed twice, and one that is out of order, are found.', async () => {
  const { commits: packed, count } = packCommits(0, 8, [a1]);
  await putFed('0', 8, { count, commits: packed });
  expect(await found()).toContain('fed-twice');
  const swapped = packCommits(0, 1, [b3, b1]);
  await putFed('0', 1, { count: swapped.count, commits: swapped.commits });
  expect(await found()).toEqual(expect.arrayContaining(['fed-twice', 'misplaced']));
});

test('A lost batch of which the index does not know all is not guessed, and what later commits have passed stays out.', async () => {
  await deleteFed('0', 4);
  await deleteFed(indexOf('a'), 3);
  const newest = await feed.table.newest(0);
  await repair();
  expect(await found()).toEqual(['hole', 'not-fed']);
  expect(await feed.table.newest(0)).toEqual(newest);
});

test('A lost batch of which the index says what cannot be is not guessed.', async () => {
  await deleteFed('0', 1);
  await putFed(indexOf('a'), 1, { at: 2 });
  await repair();
  expect(await found()).toContain('hole');
});

test('A commit in a partition that is not its stream’s is found.', async () => {
  feed = await dynamoDbFeed('feed-verify');
  await feed.record([a1]);
  await createFeedWriter({ ...feed, partitions: 2 }).append([a1]);
  const right = (await feed.table.newest(0)) === undefined ? 1 : 0;
  await deleteFed(String(right), 1);
  await replaceBatch(feed)(packCommits(1 - right, 1, [a1]));
  const { damage } = await verifyFeed(sight(), { partitions: 2, patience: 0, pause: async () => {} });
  expect(damage.map(({ kind }) => kind)).toEqual(['misplaced']);
});

test('What is recorded and fed while the log is read is no damage.', async () => {
  for (const unseen of [a2, a4, b3]) {
    const racing: FeedSight = {
      ...sight(),
      allCommits: (each) =>
        sight().allCommits((found) =>
          each(found.filter((one) => one.stream !== unseen.stream || one.version !== unseen.version)),
        ),
    };
    const { damage } = await verifyFeed(racing, { partitions: 1, patience: 0, pause: async () => {} });
    expect(damage).toEqual([]);
  }
  feed = await dynamoDbFeed('feed-verify');
  await feed.record([a1, a2, a4]);
  const racing: FeedSight = {
    ...sight(),
    allCommits: (each) => sight().allCommits((found) => each(found.filter((one) => one.version !== a2.version))),
  };
  const { damage } = await verifyFeed(racing, { partitions: 1, patience: 0, pause: async () => {} });
  expect(damage.map(({ kind }) => kind)).toEqual(['not-fed', 'not-fed', 'not-fed']);
});

test('Batches that overlap are found.', async () => {
  await putFed('0', 5, { count: 1, commits: packCommits(0, 5, [commitOf('z', 1)]).commits });
  expect(await found()).toEqual(expect.arrayContaining(['not-in-log', 'overlap']));
});

test('A repair while a relay feeds keeps every commit once.', async () => {
  const fresh = history('d', Array(12).fill(1));
  const also = history('c', Array(8).fill(2));
  await feed.record([...fresh, ...also]);
  const relay = createFeedWriter({ ...feed, partitions: 1 });
  await Promise.all([
    repair(),
    (async () => {
      for (const commit of [...also.toReversed(), ...fresh]) await relay.append([commit]);
    })(),
  ]);
  await expectSound([...commits, ...fresh, ...also]);
});
