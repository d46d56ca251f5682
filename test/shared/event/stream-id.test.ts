import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { categoryOf, isId, parseStreamId, toStreamId } from '#shared/event/index.ts';

const category = fc.stringMatching(/^[a-z][a-z0-9]{0,31}$/);
const id = fc.stringMatching(/^[A-Za-z0-9_.~-]{1,128}$/);

describe('The name of a stream', () => {
  it('tells the category and the id that it was made of', () => {
    fc.assert(
      fc.property(category, id, (ofCategory, ofId) => {
        const stream = toStreamId(ofCategory, ofId);
        expect(categoryOf(stream)).toBe(ofCategory);
        expect(stream).toBe(`${ofCategory}-${ofId}`);
        expect(parseStreamId(stream)).toBe(stream);
      }),
    );
  });

  it('is different for different streams', () => {
    fc.assert(
      fc.property(category, id, category, id, (one, oneId, other, otherId) => {
        const same = one === other && oneId === otherId;
        expect(toStreamId(one, oneId) === toStreamId(other, otherId)).toBe(same);
      }),
    );
    expect(() => toStreamId('a-b', 'c')).toThrow('not a stream');
    expect(toStreamId('a', 'b-c')).toBe('a-b-c');
    expect(categoryOf(toStreamId('a', 'b-c'))).toBe('a');
  });

  it.each([
    ['', 'x'],
    ['Account', 'x'],
    ['1a', 'x'],
    ['unique#a', 'x'],
    ['a'.repeat(33), 'x'],
    ['account', ''],
    ['account', 'a b'],
    ['account', 'a/b'],
    ['account', 'é'],
    ['account', 'a\n'],
    ['account', 'a'.repeat(129)],
  ])('is not made of the category "%s" and the id "%s"', (ofCategory, ofId) => {
    expect(() => toStreamId(ofCategory, ofId)).toThrow(expect.objectContaining({ code: 'invalid-identifier' }));
    expect(parseStreamId(`${ofCategory}-${ofId}`)).toBeUndefined();
  });

  it('is not a text without a dash', () => {
    for (const text of ['', '-', 'account', 'account-', '-x']) expect(parseStreamId(text)).toBeUndefined();
  });

  it('has an id of up to 128 characters that need no encoding in a path', () => {
    fc.assert(fc.property(id, (text) => encodeURIComponent(text) === text));
    expect(isId('x'.repeat(128))).toBe(true);
    expect(isId('x'.repeat(129))).toBe(false);
  });
});
