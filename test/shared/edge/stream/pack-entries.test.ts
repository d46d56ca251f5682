/** Entries are packed so that every request keeps the limits and nothing is lost. */
import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entryBytes, MAXIMUM_ENTRIES, packEntries, SHARED_REQUEST_BYTES } from '#shared/edge/stream/publisher.ts';

const asIs = (entry: PutEventsRequestEntry) => entry;
const bytesOf = (entries: readonly PutEventsRequestEntry[]) =>
  entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
const entryOf = (bytes: number): PutEventsRequestEntry => ({ Detail: 'x'.repeat(bytes) });

const entry = fc.record({
  Source: fc.string(),
  DetailType: fc.string(),
  Detail: fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.integer({ min: 0, max: 300_000 }).map((length) => 'x'.repeat(length)),
  ),
  Time: fc.option(fc.constant(new Date(0)), { nil: undefined }),
});

describe('packed entries', () => {
  it('keep their order, and nothing is lost or doubled', () =>
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 40 }), (entries) => {
        expect(packEntries(entries, asIs).flat()).toEqual(entries);
      }),
    ));

  it('never pass a limit, and no request is empty', () =>
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 40 }), (entries) => {
        for (const request of packEntries(entries, asIs)) {
          expect(request.length).toBeGreaterThan(0);
          expect(request.length).toBeLessThanOrEqual(MAXIMUM_ENTRIES);
          if (request.length > 1) expect(bytesOf(request)).toBeLessThanOrEqual(SHARED_REQUEST_BYTES);
        }
      }),
    ));

  it('fill each request before the next is begun', () =>
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 40 }), (entries) => {
        const requests = packEntries(entries, asIs);
        for (const [index, request] of requests.entries()) {
          const next = requests[index + 1]?.[0];
          const full = request.length === MAXIMUM_ENTRIES;
          if (next !== undefined && !full) expect(bytesOf([...request, next])).toBeGreaterThan(SHARED_REQUEST_BYTES);
        }
      }),
    ));

  it('go ten to a request', () => {
    const sizes = (count: number) =>
      packEntries(
        Array.from({ length: count }, () => entryOf(1)),
        asIs,
      ).map(({ length }) => length);
    expect([sizes(0), sizes(10), sizes(11), sizes(30)]).toEqual([[], [10], [10, 1], [10, 10, 10]]);
  });

  it('share a request to its last byte', () => {
    const half = SHARED_REQUEST_BYTES / 2;
    expect(packEntries([entryOf(half), entryOf(half)], asIs)).toHaveLength(1);
    expect(packEntries([entryOf(half), entryOf(half + 1)], asIs)).toHaveLength(2);
  });

  it('leave one alone that is too large to share a request', () => {
    const large = entryOf(SHARED_REQUEST_BYTES + 1);
    expect(packEntries([entryOf(1), large, entryOf(2)], asIs)).toEqual([[entryOf(1)], [large], [entryOf(2)]]);
  });

  it('count bytes of UTF-8, and 14 for the time', () => {
    expect(entryBytes({ Source: 'é', DetailType: '€', Detail: '😀', Resources: ['a', 'é'], Time: new Date() })).toBe(
      2 + 3 + 4 + 1 + 2 + 14,
    );
    expect(entryBytes({ EventBusName: 'not counted' })).toBe(0);
  });
});
