/** Our count of an item's size is the one that is documented. */
import { describe, expect, it } from 'vitest';
import { itemBytes } from '#shared/event-store/fitting-item.ts';

describe('The size of an item', () => {
  it('is that of its names and values, in bytes of UTF-8', () => {
    expect(itemBytes({})).toBe(0);
    expect(itemBytes({ abc: '' })).toBe(3);
    expect(itemBytes({ a: 'x語' })).toBe(1 + 1 + 3);
    expect(itemBytes({ é: '😀' })).toBe(2 + 4);
  });

  it('counts a byte for two digits of a number, and two', () => {
    expect(itemBytes({ n: 7 })).toBe(1 + 1 + 2);
    expect(itemBytes({ n: 1_234_567 })).toBe(1 + 4 + 2);
    expect(itemBytes({ n: Number.MAX_SAFE_INTEGER })).toBe(1 + 8 + 2);
  });

  it('counts the bytes of what is packed', () => {
    expect(itemBytes({ b: new Uint8Array(300) })).toBe(301);
  });

  it('counts what a map needs beside its members', () => {
    expect(itemBytes({ m: {} })).toBe(1 + 3);
    expect(itemBytes({ m: { a: 'x', b: 'y' } })).toBe(1 + 3 + 2 * (1 + 1 + 1));
    expect(itemBytes({ m: { a: 'x', left: undefined } })).toBe(1 + 3 + 3);
  });
});
