/** What every feed must do: one suite for the feed in memory and for the one in DynamoDB. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Commit } from '#shared/event-store/commit.ts';
import type { FeedOutcome } from '#shared/feed/feed.ts';
import { commitsOf } from '#shared/feed/feed-batch.ts';
import { cursorText, parseCursor } from '#shared/feed/feed-position.ts';
import { createFeedReader } from '#shared/feed/feed-reader.ts';
import { createFeedWriter } from '#shared/feed/feed-writer.ts';
import { commitOf, counted, everything, type FeedUnderTest, history, labels } from './feed-harness.ts';

/** Too large for four to fit into one answer of DynamoDB. */
const LARGE = 'x'.repeat(300_000);

export function feedContract(name: string, open: () => Promise<FeedUnderTest>): void {
  describe(name, () => {
    let feed: FeedUnderTest;
    beforeEach(async () => {
      feed = await open();
    });
    const writer = (partitions = 1) => createFeedWriter({ ...feed, partitions, warn: () => {} });
    const reader = () => createFeedReader({ table: feed.table, events: counted });
    const positions = (outcomes: readonly FeedOutcome[]) =>
      outcomes.map((outcome) => (outcome.kind === 'fed' ? outcome.place.position : outcome.stop.error.code));
    /** Recorded in the log, then fed in the given order. */
    const feedAll = async (commits: readonly Commit[], partitions = 1) => {
      await feed.record(commits);
      return writer(partitions).append(commits);
    };

    test('A feed that nobody has written to is empty.', async () => {
      const page = await reader().readAll([], 100);
      expect(page).toEqual({ events: [], next: [0], head: [0] });
      expect(await reader().head()).toEqual([0]);
    });

    test('Commits get positions without a gap, one per event, in the order of arrival.', async () => {
      const commits = [...history('a', [1, 3]), ...history('b', [2])];
      expect(positions(await feedAll(commits))).toEqual([1, 2, 5]);
      const events = await everything(reader());
      expect(labels(events)).toEqual(['thing-a@1', 'thing-a@2', 'thing-a@3', 'thing-a@4', 'thing-b@1', 'thing-b@2']);
      expect(events.map(({ context }) => context.position)).toEqual(
        [1, 2, 3, 4, 5, 6].map((position) => `0.000000000000000${position}`),
      );
      expect(await reader().head()).toEqual([6]);
    });

    test('Commits that are fed already keep their positions, also when they come with new ones or twice at once.', async () => {
      const [first, second, third] = history('a', [2, 1, 1]) as [Commit, Commit, Commit];
      const other = commitOf('b', 1);
      await feedAll([first]);
      await feedAll([other]);
      expect(positions(await feedAll([second, first, second, other, third]))).toEqual([4, 1, 4, 3, 5]);
      expect(positions(await writer().append([third, other, first]))).toEqual([5, 3, 1]);
      expect(labels(await everything(reader()))).toHaveLength(5);
    });

    test('A commit that arrives ahead of its predecessors is fed after them, and they keep their places.', async () => {
      const commits = history('a', [1, 2, 1, 1]);
      await feed.record(commits);
      expect(positions(await writer().append(commits.slice(0, 1)))).toEqual([1]);
      expect(positions(await writer().append(commits.slice(3)))).toEqual([5]);
      expect(positions(await writer().append(commits))).toEqual([1, 2, 4, 5]);
      expect(labels(await everything(reader()))).toEqual([1, 2, 3, 4, 5].map((version) => `thing-a@${version}`));
    });

    test('Commits of one call that are out of order are fed in the order of their versions.', async () => {
      const [a, b] = [history('a', [1, 1, 1]), history('b', [1])];
      const shuffled = [a[2], b[0], a[0], a[1]] as Commit[];
      expect(positions(await feedAll(shuffled))).toEqual([4, 2, 1, 3]);
    });

    test('More commits than one request of the log gives are fed in order when the newest arrives.', async () => {
      const commits = [1, 2, 3, 4, 5].map((version) => commitOf('a', version, [{ count: version, large: LARGE }]));
      await feed.record(commits);
      expect(positions(await writer().append(commits.slice(-1)))).toEqual([5]);
      expect(labels(await everything(reader()))).toEqual(commits.map(({ version }) => `thing-a@${version}`));
    });

    test('A stream that the log does not lead up to stops; the others are fed, and it too once it is whole.', async () => {
      const [first, second, third] = history('a', [1, 1, 1]) as [Commit, Commit, Commit];
      const other = commitOf('b', 1);
      await feed.record([first, third, other]);
      expect(positions(await writer().append([first, third, other]))).toEqual([1, 'stream-corrupted', 2]);
      expect(positions(await writer().append([third]))).toEqual(['stream-corrupted']);
      await feed.record([second]);
      expect(positions(await writer().append([third]))).toEqual([4]);
    });

    test('Any page size and any start give the same sequence.', async () => {
      const streams = ['a', 'b', 'c'].map((id) => history(id, [1, 3, 2, 1]));
      for (let round = 0; round < 4; round += 1) await feedAll(streams.flatMap((each) => each[round] ?? []));
      const whole = await everything(reader());
      expect(whole).toHaveLength(21);
      for (const limit of [2, 5, 20, 21, 22]) expect(await everything(reader(), limit)).toEqual(whole);
      for (let from = 0; from <= whole.length; from += 3) {
        const cursor = parseCursor(whole[from - 1]?.context.position ?? '0.0000000000000000');
        expect(await everything(reader(), 8, cursor)).toEqual(whole.slice(from));
      }
    });

    test('Several partitions keep each stream in order, and any page size gives the same sequence.', async () => {
      const ids = [...'abcdefgh'];
      const commits = [1, 2, 3, 4, 5].flatMap((version) => ids.map((id) => commitOf(id, version)));
      await feedAll(commits.slice(0, 17), 3);
      await feedAll(commits, 3);
      const whole = await everything(reader());
      expect(labels(whole).toSorted()).toEqual(commits.map(({ stream, version }) => `${stream}@${version}`).toSorted());
      for (const id of ids) {
        const versions = whole.filter(({ context }) => context.stream === `thing-${id}`).map((e) => e.context.version);
        expect(versions).toEqual([1, 2, 3, 4, 5]);
      }
      expect(new Set(whole.map(({ context }) => context.position?.split('.')[0])).size).toBe(3);
      for (const limit of [6, 39, 40]) expect(await everything(reader(), limit)).toEqual(whole);
      const { next } = await reader().readAll([], 11);
      const text = cursorText(next);
      expect(await everything(reader(), 6, parseCursor(text))).toEqual(whole.slice(11));
      expect(await reader().head()).toEqual((await reader().readAll([], 1)).head);
    });

    test('A page says where the feed ends, and a caller who is there gets nothing and stays.', async () => {
      await feedAll(history('a', [1, 2]));
      expect(await reader().readAll([1], 1)).toMatchObject({ next: [2], head: [3] });
      expect(await reader().readAll([3], 10)).toEqual({ events: [], next: [3], head: [3] });
      await feedAll([commitOf('a', 4)]);
      expect(labels((await reader().readAll([3], 10)).events)).toEqual(['thing-a@4']);
    });

    test('A cursor behind the end of the feed, or of a partition that there is not, is an error.', async () => {
      await feedAll(history('a', [1]));
      await expect(reader().readAll([2], 10)).rejects.toMatchObject({ code: 'invalid-identifier' });
      await expect(reader().readAll([1, 1], 10)).rejects.toMatchObject({ code: 'invalid-identifier' });
    });

    test('A feed keeps the number of partitions that it was begun with, and says so when another is configured.', async () => {
      const streams = [...'abcdef'];
      await feedAll(
        streams.map((id) => commitOf(id, 1)),
        2,
      );
      const later = streams.map((id) => commitOf(id, 2));
      await feed.record(later);
      const lines: string[] = [];
      const reconfigured = createFeedWriter({ ...feed, partitions: 3, warn: (line) => lines.push(line) });
      for (const commit of later) await reconfigured.append([commit]);
      expect(lines).toEqual([
        expect.stringContaining('begun with 2 partitions and keeps them, though 3 are configured'),
      ]);
      expect(await reader().head()).toHaveLength(2);
      const events = await everything(reader());
      expect(labels(events).toSorted()).toEqual(streams.flatMap((id) => [`thing-${id}@1`, `thing-${id}@2`]));
      for (const id of streams) {
        const places = events.filter(({ context }) => context.stream === `thing-${id}`);
        expect(new Set(places.map(({ context }) => context.position?.split('.')[0])).size).toBe(1);
      }
    });

    test('A commit that this code cannot read stops its stream alone, and all of it is fed once the code can.', async () => {
      const [first, unknown, third] = history('a', [1, 1, 1]) as [Commit, Commit, Commit];
      const invented = { ...unknown, events: unknown.events.map((event) => ({ ...event, what: 'Invented' })) };
      const other = commitOf('b', 1);
      await feed.record([first, invented, third, other]);
      const older = createFeedWriter({ ...feed, partitions: 1, events: counted });
      expect(positions(await older.append([first, invented, other]))).toEqual([1, 'unknown-event', 2]);
      const [waiting] = await older.append([third]);
      expect(waiting).toMatchObject({ kind: 'stopped', stop: { version: 2, error: { code: 'unknown-event' } } });
      expect(labels(await everything(reader()))).toEqual(['thing-a@1', 'thing-b@1']);

      const newer = createFeedWriter({ ...feed, partitions: 1, events: { ...counted, Invented: counted.Counted } });
      expect(await newer.append([third])).toEqual([
        {
          kind: 'fed',
          place: { partition: 0, position: 4 },
          missed: [{ commit: invented, place: { partition: 0, position: 3 } }],
        },
      ]);
      expect(positions(await newer.append([invented]))).toEqual([3]);
    });

    test('What was missed before a commit is given with it, once.', async () => {
      const commits = history('a', [1, 2, 1]) as [Commit, Commit, Commit];
      await feed.record(commits);
      const [outcome] = await writer().append([commits[2]]);
      expect(outcome?.missed.map(({ commit, place }) => [commit.version, place.position])).toEqual([
        [1, 1],
        [2, 2],
      ]);
      expect((await writer().append(commits)).map(({ missed }) => missed)).toEqual([[], [], []]);
    });

    test('A parked stream is noted from where it stopped first up to the last version that waits, until all of it is out.', async () => {
      const since = '2026-01-01T00:00:00.000Z';
      const note = { stream: 'thing-a', version: 2, upTo: 3, reason: 'unknown', since };
      await feed.table.park(note);
      await feed.table.park({ ...note, stream: 'thing-b' });
      await feed.table.park({ ...note, version: 4, upTo: 7, since: '2026-01-02T00:00:00.000Z' });
      await feed.table.park({ ...note, upTo: 5 });
      const parked = async () =>
        (await feed.table.parked()).toSorted((one, other) => (one.stream < other.stream ? -1 : 1));
      expect(await parked()).toEqual([
        { ...note, upTo: 7 },
        { ...note, stream: 'thing-b' },
      ]);
      expect(await feed.table.release('thing-a', 6)).toBe(false);
      expect(await feed.table.release('thing-a', 7)).toBe(true);
      expect((await parked()).map(({ stream }) => stream)).toEqual(['thing-b']);
    });

    test('Events are kept as they were stored and read in their newest shape.', async () => {
      await feedAll([commitOf('a', 1, [7])]);
      const batch = await feed.table.newest(0);
      expect(batch && commitsOf(batch)).toEqual([commitOf('a', 1, [7])]);
      expect((await reader().readAll([], 1)).events[0]).toMatchObject({
        data: { count: 7 },
        context: { schemaVersion: 2 },
      });
    });

    test('A page of large events ends early, and the next goes on.', async () => {
      const versions = Array.from({ length: 12 }, (_, index) => index + 1);
      await feedAll(versions.map((version) => commitOf('a', version, [{ count: version, large: LARGE }])));
      const first = await reader().readAll([], 1_000);
      expect(first.events.length).toBeLessThan(11);
      expect(labels(await everything(reader()))).toHaveLength(12);
    });

    test('Two writers that feed the same commits at once feed each once.', async () => {
      const commits = ['a', 'b', 'c'].flatMap((id) => history(id, [1, 2, 1]));
      await feed.record(commits);
      const places = await Promise.all(commits.map((commit) => writer().append([commit])));
      const again = await Promise.all([writer().append(commits), writer().append(commits.toReversed())]);
      expect(positions(again[0])).toEqual(positions(places.flat()));
      expect(positions(again[1]).toReversed()).toEqual(positions(places.flat()));
      expect(labels(await everything(reader()))).toHaveLength(12);
    });
  });
}
