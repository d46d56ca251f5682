/** A cache holds a bounded few values, and lets go of the least recently used first. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBoundedCache } from '#shared/event/index.ts';
import { createRowCache } from '#shared/projection/index.ts';
import { tally } from '../../support/tally.ts';

/** A cache of texts, each as many bytes as it has characters. */
const cacheOf = (maximumValues: number, maximumBytes: number) =>
  createBoundedCache<string, string>({ maximumValues, maximumBytes, bytesOf: (text) => text.length });

/** Those of the keys that the cache holds. Asking makes them recently used. */
const held = (cache: ReturnType<typeof cacheOf>, ...keys: string[]) =>
  keys.filter((key) => cache.get(key) !== undefined);

describe('A bounded cache', () => {
  it('gives back what was put in last, and nothing of what never was', () => {
    const cache = cacheOf(3, 100);
    cache.set('a', 'one');
    cache.set('a', 'two');
    expect([cache.get('a'), cache.get('b')]).toEqual(['two', undefined]);
  });

  it('lets go of the least recently used when there are too many', () => {
    const cache = cacheOf(3, 100);
    for (const key of ['a', 'b', 'c']) cache.set(key, 'x');
    cache.get('a');
    cache.set('b', 'y');
    cache.set('d', 'x');
    expect(held(cache, 'a', 'b', 'c', 'd')).toEqual(['a', 'b', 'd']);
  });

  it('lets go of as many as it takes when they are too large', () => {
    const cache = cacheOf(9, 10);
    for (const key of ['a', 'b', 'c']) cache.set(key, 'xxx');
    cache.set('d', 'x'.repeat(7));
    expect(held(cache, 'a', 'b', 'c', 'd')).toEqual(['c', 'd']);
  });

  it('counts a value that was replaced or deleted no more', () => {
    const cache = cacheOf(9, 10);
    for (let time = 0; time < 5; time += 1) cache.set('a', 'xxxxx');
    cache.set('b', 'xxxxx');
    cache.delete('b');
    cache.delete('never');
    cache.set('c', 'xxxxx');
    expect(held(cache, 'a', 'b', 'c')).toEqual(['a', 'c']);
  });

  it('does not keep a value that is larger alone, nor what it replaces', () => {
    const cache = cacheOf(9, 10);
    cache.set('a', 'x');
    cache.set('a', 'x'.repeat(11));
    expect(cache.get('a')).toBeUndefined();
    cache.set('a', 'x'.repeat(10));
    expect(held(cache, 'a')).toEqual(['a']);
  });

  it('never holds more than its bounds, whatever comes and goes', () => {
    const step = fc.tuple(fc.constantFrom('set', 'get', 'delete'), fc.constantFrom(...'abcdefgh'), fc.nat({ max: 14 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const cache = cacheOf(4, 20);
        for (const [what, key, length] of steps) {
          if (what === 'set') cache.set(key, 'x'.repeat(length));
          else if (what === 'get') cache.get(key);
          else cache.delete(key);
        }
        const found = [...'abcdefgh'].flatMap((key) => cache.get(key) ?? []);
        expect(found.length).toBeLessThanOrEqual(4);
        expect(found.join('').length).toBeLessThanOrEqual(20);
      }),
    );
  });
});

it('The rows that a consumer remembers are at most a thousand, and at most 16 MB', () => {
  const rows = createRowCache();
  const ids = Array.from({ length: 1_001 }, (_, index) => tally(`${index}`));
  for (const id of ids) rows.set(id, { watermark: 1, row: {} });
  expect(ids.filter((id) => rows.get(id) !== undefined)).toHaveLength(1_000);
  for (const id of ids.slice(0, 20)) rows.set(id, { watermark: 2, row: 'x'.repeat(1024 * 1024) });
  expect(ids.filter((id) => rows.get(id)?.watermark === 2)).toHaveLength(15);
});
