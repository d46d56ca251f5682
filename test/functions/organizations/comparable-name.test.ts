import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparable, comparableWords, name } from '../../../functions/organizations/comparable-name.ts';

/** Every character that Unicode has assigned. */
const characters = Array.from({ length: 0x110000 }, (_, index) => index)
  .filter((point) => point < 0xd800 || point > 0xdfff)
  .map((point) => String.fromCodePoint(point))
  .filter((character) => !/[\p{Cn}\p{Co}]/u.test(character));

describe('Two names are the same name', () => {
  it.each([
    ['Basket Lummen', '  bASKET lUMMEN\t'],
    ['Basket Lummen', 'Basket \u00a0 Lummen'],
    ['Straße', 'STRASSE'],
    ['STRAẞE', 'strasse'],
    ['Café', 'CAFE\u0301'],
    ['ΟΔΟΣ', 'οδος'],
    ['Ｂａｓｋｅｔ', 'basket'],
    ['Oﬃce', 'OFFICE'],
    ['Bas\u00adket\u200b', 'basket'],
    ['ǅ', 'ǆ'],
  ])('as %j and %j are', (one, other) => expect(comparable(one)).toBe(comparable(other)));

  it.each([
    ['Cafe', 'Café'],
    ['Basket Lummen', 'BasketLummen'],
    ['AT&T', 'ATT'],
    ['Straße', 'Strase'],
  ])('as %j and %j are not', (one, other) => expect(comparable(one)).not.toBe(comparable(other)));

  it('whatever the case of any character, however its accents are encoded, and as the form of each form is itself', () => {
    const variants = (text: string) => [
      text.toLowerCase(),
      text.toUpperCase(),
      text.normalize('NFD'),
      comparable(text),
    ];
    const isSame = (text: string) => variants(text).every((other) => comparable(other) === comparable(text));
    expect(characters.length).toBeGreaterThan(150_000);
    expect(characters.filter((character) => !isSame(character))).toEqual([]);
    fc.assert(fc.property(fc.string({ unit: 'binary' }), isSame), { numRuns: 2_000 });
  });
});

it('The words of a name are its letters, digits and signs', () => {
  expect(comparableWords(' Jean-Pierre  O’Brien (C++), 3° ')).toEqual(['jean', 'pierre', 'o', 'brien', 'c++', '3°']);
  expect(comparableWords('東京 大学')).toEqual(['東京', '大学']);
  expect(comparableWords('??? !')).toEqual(['???', '!']);
  expect(comparableWords(' ')).toEqual([]);
});

describe('A name', () => {
  const faultsOf = (text: unknown) => name.safeParse(text).error?.issues.map(({ code }) => code) ?? [];

  it('is kept as it was written, without outer blanks', () => {
    expect(name.parse('  Basket  LUMMEN\n')).toBe('Basket  LUMMEN');
    for (const text of ['x', '!!!', '😀', 'é'.repeat(200), '東'.repeat(200), 'Ў']) expect(faultsOf(text)).toEqual([]);
  });

  it.each([
    ['', 'too_small'],
    [' \t\n', 'too_small'],
    ['a'.repeat(201), 'too_big'],
    ['a\u0000b', 'invalid_format'],
    ['a\nb', 'invalid_format'],
    ['a\ud800', 'invalid_format'],
    ['\u200b\u00ad', 'custom'],
    ['ﷺ'.repeat(100), 'custom'],
    [7, 'invalid_type'],
    [undefined, 'invalid_type'],
    [null, 'invalid_type'],
  ])('may not be %j', (text, code) => expect(faultsOf(text)).toEqual([code]));
});
