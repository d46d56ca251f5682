import { describe, expect, it } from 'vitest';
import { preferencesIn } from '#shared/edge/http/prefer-header.ts';

const NONE = { respondAsync: false, waitSeconds: 0 };

describe('A Prefer header', () => {
  it.each([
    ['return=minimal', { ...NONE, return: 'minimal' }],
    ['return=representation', { ...NONE, return: 'representation' }],
    ['RETURN=Minimal', { ...NONE, return: 'minimal' }],
    ['return="minimal"', { ...NONE, return: 'minimal' }],
    ['return = "mini\\mal"', { ...NONE, return: 'minimal' }],
    ['respond-async', { ...NONE, respondAsync: true }],
    ['Respond-Async=""', { ...NONE, respondAsync: true }],
    ['respond-async, wait=10', { respondAsync: true, waitSeconds: 10 }],
    ['wait="10",respond-async', { respondAsync: true, waitSeconds: 10 }],
    ['respond-async;a=b; c="d,;", wait=3', { respondAsync: true, waitSeconds: 3 }],
    ['wait=3;strict', { ...NONE, waitSeconds: 3 }],
    [' , ,return=minimal ,, respond-async\t', { return: 'minimal', respondAsync: true, waitSeconds: 0 }],
  ])('that says %j is understood', (header, preferences) => {
    expect(preferencesIn(header)).toEqual(preferences);
  });

  it.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['another preference', 'handling=lenient, odata.continue-on-error'],
    ['a value that is none of return', 'return=everything'],
    ['return without a value', 'return'],
    ['respond-async with a value', 'respond-async=yes'],
    ['a wait that is no number', 'wait=abc'],
    ['a wait below zero', 'wait=-1'],
    ['a wait with a fraction', 'wait=1.5'],
    ['a text that is no list of preferences', '=;=,"respond-async", respond async, return minimal, "'],
    ['a preference inside quotes', 'foo="respond-async, return=minimal"'],
    ['a quote that does not end', 'foo="respond-async'],
  ])('is ignored when it is %s', (_, header) => {
    expect(preferencesIn(header)).toEqual(NONE);
  });

  it('counts for the first of each name, understood or not', () => {
    expect(preferencesIn('return=minimal, return=representation')).toEqual({ ...NONE, return: 'minimal' });
    expect(preferencesIn('return=x, RETURN=minimal, wait=abc, wait=5')).toEqual(NONE);
    expect(preferencesIn('wait=1, wait=5, respond-async=no, respond-async')).toEqual({ ...NONE, waitSeconds: 1 });
  });

  it.each([
    ['0', 0],
    ['00', 0],
    ['1', 1],
    ['20', 20],
    ['21', 20],
    ['99999999999999999999999', 20],
  ])('may ask for a wait of %s seconds, up to 20', (seconds, waitSeconds) => {
    expect(preferencesIn(`respond-async, wait=${seconds}`)).toEqual({ respondAsync: true, waitSeconds });
  });

  it.each(['"', 'a,', 'a=', '\\', ' ', '"a\\', 'a;'])('is read however often %j is in it', (part) => {
    expect(preferencesIn(part.repeat(20_000))).toEqual(NONE);
  });
});
