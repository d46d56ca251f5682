/** A place in the feed can be written down, sorted and read again. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cursorText, parseCursor, partitionOf, positionText } from '#shared/feed/feed-position.ts';
import { streamNamed } from './feed-harness.ts';

const position = fc.oneof(fc.nat(), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }));

test('A cursor comes back from its text as it was.', () => {
  fc.assert(
    fc.property(fc.array(position, { minLength: 1, maxLength: 20 }), (cursor) => {
      expect(parseCursor(cursorText(cursor))).toEqual(cursor);
      expect(encodeURIComponent(cursorText(cursor))).toBe(cursorText(cursor));
    }),
  );
});

test('Positions of a partition sort as texts in the order of the events, and each is a cursor.', () => {
  fc.assert(
    fc.property(position, position, fc.nat(9), (one, other, partition) => {
      const [first, second] = [one, other].map((position) => positionText({ partition, position })) as [string, string];
      expect(first < second).toBe(one < other);
      expect(parseCursor(first)?.[partition]).toBe(one);
    }),
  );
});

test.each([
  '',
  '0',
  '0.1',
  '0.0000000000000001_',
  '0.0000000000000001_0.0000000000000002',
  '0.9007199254740992',
  '-1.0000000000000001',
  '1000.0000000000000001',
  '0.0000000000000001 ',
  '0.000000000000000a',
])('The text "%s" is no cursor.', (text) => {
  expect(parseCursor(text)).toBeUndefined();
});

test('A stream has the same partition for ever, and streams spread over all.', () => {
  expect([1, 2, 3, 8, 999].map((partitions) => partitionOf(streamNamed('42'), partitions))).toEqual([0, 1, 2, 5, 494]);
  const used = new Set(Array.from({ length: 200 }, (_, id) => partitionOf(streamNamed(String(id)), 8)));
  expect(used.size).toBe(8);
});
