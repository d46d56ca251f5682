/** Every kind of damage is found, and what is missing is fed. Items are deleted and altered by hand. */
import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, expect, test } from 'vitest';
import type { Commit } from '#shared/event-store/commit.ts';
import { auditFeed } from '#shared/feed/audit/audit-feed.ts';
import { damageLine, type FeedDamage } from '#shared/feed/audit/feed-damage.ts';
import { feedMissing } from '#shared/feed/audit/feed-missing.ts';
import type { LogScanner } from '#shared/feed/audit/log-scanner.ts';
import { createDynamoDbLogScanner } from '#shared/feed/dynamodb/dynamodb-feed-log.ts';
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

/** Batches: a1 b1 at 1, a2 at 4, a4 b3 at 6. */
beforeEach(async () => {
  feed = await dynamoDbFeed('audit-feed');
  writer = createFeedWriter({ ...feed, partitions: 1 });
  await feed.record(commits);
  for (const batch of [[a1, b1], [a2], [a4, b3]]) await writer.append(batch);
});

type Options = Partial<Parameters<typeof auditFeed>[0]>;

const scanner = () => createDynamoDbLogScanner({ client: feed.client, table: feed.eventsTable });
async function audit(options: Options = {}) {
  const damage: FeedDamage[] = [];
  const { table } = feed;
  const report = (one: FeedDamage) => void damage.push(one);
  const counts = await auditFeed({ table, scanner: scanner(), partitions: 1, report, ...options });
  return { ...counts, damage };
}
const found = async (options: Options = {}) =>
  (await audit(options)).damage.map((one) => `${one.kind}: ${damageLine(one)}`).toSorted();

/** As the tool does. */
async function repair() {
  const missing: Commit[] = [];
  await audit({ mendIndex: true, unfed: (commit) => void missing.push(commit) });
  missing.sort((one, other) => (one.recordedAt < other.recordedAt ? -1 : 1));
  const errors: string[] = [];
  const ranges = await feedMissing(named(missing), {
    scanner: scanner(),
    writer,
    progress: () => {},
    stopped: (_, { message }) => void errors.push(message),
  });
  return { ranges, errors };
}
async function* named(missing: readonly Commit[]) {
  for (const { stream, version } of missing) yield { stream, version };
}

const expectSound = async (all: readonly Commit[] = commits) => {
  expect(await audit()).toEqual({ logged: all.length, fed: all.length, damage: [] });
  expectExactlyOnce(await everything(createFeedReader({ table: feed.table, events: counted })), all);
};
const deleteFed = (partition: string, position: number) =>
  feed.client.send(new DeleteCommand({ TableName: feed.feedTable, Key: { partition, position } }));
const deleteRecorded = ({ stream, version }: Commit) =>
  feed.client.send(new DeleteCommand({ TableName: feed.eventsTable, Key: { stream, version } }));
const putFed = (partition: string, position: number, rest: object) =>
  feed.client.send(new PutCommand({ TableName: feed.feedTable, Item: { partition, position, ...rest } }));
const putBatch = (partition: number, position: number, fed: readonly Commit[]) => {
  const { count, commits } = packCommits(partition, position, fed);
  return putFed(String(partition), position, { count, commits });
};
const indexOf = (id: string) => `stream#${streamNamed(id)}`;

test('A sound feed has no damage, also with unique values in the log and nothing at all.', async () => {
  await feed.client.send(
    new PutCommand({ TableName: feed.eventsTable, Item: { stream: 'unique#name#x', version: 0, holder: 'thing-a' } }),
  );
  await expectSound();
  feed = await dynamoDbFeed('audit-feed');
  expect(await audit()).toEqual({ logged: 0, fed: 0, damage: [] });
});

test('Commits that never reached the feed are told, and fed in the order in which they are named.', async () => {
  const missed = [commitOf('c', 1), commitOf('a', 5), commitOf('c', 2), commitOf('b', 4)];
  await feed.record(missed);
  expect(await found()).toEqual([
    'not-fed: thing-a version 5 is in the log, but not in the feed',
    'not-fed: thing-b version 4 is in the log, but not in the feed',
    'not-fed: thing-c version 1 is in the log, but not in the feed',
    'not-fed: thing-c version 2 is in the log, but not in the feed',
  ]);
  expect(await repair()).toEqual({ ranges: [{ partition: 0, from: 8, to: 11 }], errors: [] });
  await expectSound([...commits, ...missed]);
  const events = await everything(createFeedReader({ table: feed.table, events: counted }));
  const times = events.slice(7).map(({ context }) => context.when);
  expect(times).toEqual(times.toSorted());
});

test('A new feed table is filled from the log, also when it is interrupted on the way.', async () => {
  feed = await dynamoDbFeed('audit-feed');
  await feed.record(commits);
  writer = createFeedWriter({ ...feed, partitions: 1 });
  await writer.append([b1]);
  expect((await found()).map((line) => line.split(':')[0])).toEqual(Array(4).fill('not-fed'));
  expect(await repair()).toMatchObject({ ranges: [{ partition: 0, from: 3, to: 7 }] });
  await expectSound();
  expect(await repair()).toEqual({ ranges: [], errors: [] });
});

test('A commit that a relay is still carrying is waited for.', async () => {
  const late = commitOf('c', 1);
  await feed.record([late]);
  expect(await found({ patience: 2, pause: () => writer.append([late]) })).toEqual([]);
});

test('A batch that is gone leaves a gap, and the commits in it are named.', async () => {
  await deleteFed('0', 4);
  const reader = createFeedReader({ table: feed.table, events: counted });
  for (const limit of [1, 3, 1_000]) {
    await expect(everything(reader, limit)).rejects.toMatchObject({ code: 'stream-corrupted' });
  }
  expect(await found()).toEqual([
    'gap: positions 0.0000000000000004 to 0.0000000000000005 are in no batch',
    'lost: thing-a version 2, fed at 0.0000000000000004, is in no batch',
  ]);
  expect(await repair()).toEqual({ ranges: [], errors: [] });
});

test('Batches that are gone from the end are named by their commits.', async () => {
  await deleteFed('0', 6);
  expect(await found()).toEqual([
    'lost: thing-a version 4, fed at 0.0000000000000006, is in no batch',
    'lost: thing-b version 3, fed at 0.0000000000000007, is in no batch',
  ]);
});

test('A batch that cannot be read, or does not hold as many events as it says, is told with what was in it.', async () => {
  await putFed('0', 4, { count: 2, commits: new Uint8Array([1, 2, 3]) });
  const told = [
    'lost: thing-a version 2, fed at 0.0000000000000004, is in no batch',
    'unreadable: the batch at 0.0000000000000004 cannot be read',
  ];
  expect(await found()).toEqual(told);
  await putBatch(0, 4, [a2]);
  await feed.client.send(
    new UpdateCommand({
      TableName: feed.feedTable,
      Key: { partition: '0', position: 4 },
      UpdateExpression: 'SET #count = :one',
      ExpressionAttributeNames: { '#count': 'count' },
      ExpressionAttributeValues: { ':one': 1 },
    }),
  );
  expect(await found()).toEqual(expect.arrayContaining(told));
});

test('An altered commit is told.', async () => {
  await putBatch(0, 4, [{ ...a2, who: 'somebody else' }]);
  expect(await found()).toEqual(['different: thing-a version 2, fed at 0.0000000000000004, is not what the log has']);
});

test('What is missing or wrong in the index is told once, and mended before anything is fed.', async () => {
  await deleteFed(indexOf('a'), 1);
  await putFed(indexOf('b'), 2, { at: 1 });
  expect(await found()).toEqual([
    'not-indexed: thing-a version 1, fed at 0.0000000000000001, is not in the index',
    'wrongly-indexed: thing-b version 1, fed at 0.0000000000000002, is at 0.0000000000000001 for the index',
  ]);
  expect(await repair()).toEqual({ ranges: [], errors: [] });
  await createFeedWriter({ ...feed, partitions: 1 }).append([a1, b1]);
  await expectSound();
});

test('What was fed and is no longer in the log is told.', async () => {
  await deleteRecorded(a2);
  expect(await found()).toEqual(['not-in-log: thing-a version 2, fed at 0.0000000000000004, is not in the log']);
});

test('A gap and an overlap in the log are told, and why a commit behind a gap cannot be fed.', async () => {
  await feed.record([commitOf('a', 3), commitOf('c', 2)]);
  expect(await found()).toEqual([
    'gap-in-log: the log does not lead up to thing-a version 3',
    'not-fed: thing-c version 2 is in the log, but not in the feed',
  ]);
  expect(await repair()).toEqual({
    ranges: [],
    errors: ['Stream thing-c cannot be fed: after version 0 its next commit starts at version 2.'],
  });
});

test('An item of the log that cannot be read is told by stream and version.', async () => {
  await feed.client.send(
    new PutCommand({ TableName: feed.eventsTable, Item: { stream: 'thing-c', version: 1, events: '[{' } }),
  );
  expect(await found()).toEqual([
    expect.stringMatching(/^unreadable-in-log: The commit of thing-c at version 1 cannot be read: /),
  ]);
});

test('A commit that is fed twice, and one that is out of order, are told.', async () => {
  await putBatch(0, 8, [a1]);
  expect(await found()).toEqual(['fed-twice: thing-a version 1, fed at 0.0000000000000008, is there twice']);
  await deleteFed('0', 8);
  await putBatch(0, 1, [a1, b1]);
  await putFed(indexOf('a'), 1, { at: 5 });
  expect(await found()).toContain(
    'misplaced: thing-a version 2, fed at 0.0000000000000004, is before its predecessor, or in the wrong partition',
  );
});

test('A commit in a partition that is not its stream’s is told.', async () => {
  feed = await dynamoDbFeed('audit-feed');
  await feed.record([a1]);
  await createFeedWriter({ ...feed, partitions: 2 }).append([a1]);
  const right = (await feed.table.newest(0)) === undefined ? 1 : 0;
  await deleteFed(String(right), 1);
  await putBatch(1 - right, 1, [a1]);
  expect((await found({ partitions: 2 })).map((line) => line.split(':')[0])).toContain('misplaced');
});

test('Batches that overlap are told.', async () => {
  await putBatch(0, 5, [commitOf('z', 1)]);
  expect((await found()).map((line) => line.split(':')[0])).toEqual(expect.arrayContaining(['not-in-log', 'overlap']));
});

test('What is recorded and fed while the audit reads is no damage, wherever it is just then.', async () => {
  const fresh = history('d', Array(10).fill(1)).values();
  const relay = createFeedWriter({ ...feed, partitions: 1 });
  const feedOne = async () => {
    const { value } = fresh.next();
    if (value === undefined) return;
    await feed.record([value]);
    await relay.append([value]);
  };
  /** Before any request of the audit another commit gets into the log and the feed. */
  const busy = <T extends object>(port: T): T =>
    new Proxy(port, {
      get: (target, name) => {
        const method = Reflect.get(target, name) as (...given: unknown[]) => Promise<unknown>; // as all of a port are
        return async (...given: unknown[]) => {
          await feedOne();
          const answer = await method(...given);
          await feedOne();
          return answer;
        };
      },
    });
  expect(await found({ table: busy(feed.table), scanner: busy<LogScanner>(scanner()) })).toEqual([]);
});

test('A newest batch that is not in the index yet is no damage, and is not fed again.', async () => {
  await deleteFed(indexOf('a'), 4);
  await deleteFed(indexOf('b'), 3);
  expect(await found()).toEqual([]);
  expect(await repair()).toEqual({ ranges: [], errors: [] });
  await expectSound();
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
