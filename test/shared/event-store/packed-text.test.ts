import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packText, unpackText } from '#shared/event-store/packed-text.ts';

describe('a packed text', () => {
  it('comes back as it was, short or long', () => {
    fc.assert(
      fc.property(fc.json(), fc.integer({ min: 1, max: 400 }), (text, times) => {
        expect(unpackText(packText(text.repeat(times)))).toBe(text.repeat(times));
      }),
    );
  });

  it('stays readable while it is short', () => {
    expect(packText('{"owner":"Alice"}')).toBe('{"owner":"Alice"}');
    expect(packText('x'.repeat(1_024))).toBe('x'.repeat(1_024));
  });

  it('is a fraction of its length when it is long and repeats itself', () => {
    const text = JSON.stringify(Array.from({ length: 1_000 }, (_, line) => ({ on: '2026-01-01', total: line })));
    expect(packText(text).length).toBeLessThan(text.length / 5);
  });
});
