/** Every commit that fits into the log fits into the feed, and comes back as it was. */
import { describe, expect, test } from 'vitest';
import { MAXIMUM_ITEM_BYTES } from '#shared/event-store/fitting-item.ts';
import { commitsOf, indexEntries, inNewestShape, packCommits, readCommit } from '#shared/feed/feed-batch.ts';
import { commitOf, counted, history, itemOf } from './feed-harness.ts';

/** What JSON in UTF-8 can hold that compresses worst: characters of every length, none more often than another. */
function incompressible(bytes: number): string {
  const ranges = [
    [0x20, 0x7f],
    [0x80, 0x800],
    [0x800, 0xd800],
    [0x10000, 0x110000],
  ] as const;
  const characters: string[] = [];
  for (let size = 0, random = 7; size < bytes; ) {
    random = (random * 1_103_515_245 + 12_345) % 2 ** 31;
    const [from, to] = ranges[(random >> 8) % 4] ?? ranges[0];
    const character = String.fromCodePoint(from + ((random >> 10) % (to - from)));
    characters.push(character);
    size += Buffer.byteLength(JSON.stringify(character)) - 2;
  }
  return characters.join('');
}

describe('A batch', () => {
  test('gives back what was packed, also texts that JSON has to escape.', () => {
    const commits = [
      ...history('a', [1, 3]),
      commitOf('b', 1, [{ count: 0, text: '"\\\n\u2028\ud800 é 漢 😀', nothing: null }]),
    ];
    const batch = packCommits(0, 1, commits);
    expect(commitsOf(batch)).toEqual(commits);
    expect(batch.count).toBe(5);
  });

  test('holds a commit as large as the log takes, even if it hardly compresses.', () => {
    const commit = commitOf('a', 1, [incompressible(MAXIMUM_ITEM_BYTES - 1_000)]);
    expect(Buffer.byteLength(itemOf(commit).events)).toBeGreaterThan(400_000);
    expect(packCommits(0, Number.MAX_SAFE_INTEGER, [commit]).commits.byteLength).toBeLessThan(
      MAXIMUM_ITEM_BYTES - 1_000,
    );
  });

  test('holds only as many commits as fit, and their events are what it counts.', () => {
    const commits = [1, 2, 3].map((version) => commitOf('a', version, [{ count: version, text: 'x'.repeat(150_000) }]));
    const batch = packCommits(0, 10, commits);
    expect(commitsOf(batch)).toEqual(commits.slice(0, 2));
    expect(indexEntries(batch).map(({ version, position }) => [version, position])).toEqual([
      [1, 10],
      [2, 11],
    ]);
  });

  test('that is not one is told by its place.', () => {
    const broken = { partition: 3, position: 77, count: 1, commits: new Uint8Array([1, 2, 3]) };
    expect(() => commitsOf(broken)).toThrow('position 77 in partition 3');
  });
});

test('What is fed of an item is its commit, without the snapshot that it may carry.', () => {
  const [commit] = history('a', [2]);
  if (commit === undefined) throw new Error('there is no commit');
  const item = { ...itemOf(commit), snapshot: new Uint8Array([1]), snapshotSchema: 'x' };
  expect(readCommit(item)).toEqual(commit);
});

test.each([
  ['events that are not JSON', { events: '[{' }],
  ['no events in its events', { events: '{}' }],
  ['no time', { events: '[{}]' }],
])('An item with %s is told by stream and version.', (_, rest) => {
  expect(() => readCommit({ stream: 'thing-a', version: 7, ...rest })).toThrow(
    /^The commit of thing-a at version 7 cannot be read: /,
  );
});

test('A commit whose event this code does not define, or cannot bring into its newest shape, is told by stream and version.', () => {
  const commit = commitOf('a', 7, [7]);
  const broken = () => {
    throw new TypeError('this shape was never stored');
  };
  expect(() => inNewestShape({}, commit)).toThrow(/^The commit of thing-a at version 7 cannot be read: .*Counted/);
  expect(() => inNewestShape({ Counted: { ...counted.Counted, upcasters: [broken] } }, commit)).toThrow(
    'The commit of thing-a at version 7 cannot be read: this shape was never stored',
  );
});
