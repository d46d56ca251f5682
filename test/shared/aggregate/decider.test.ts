import { describe, expect, it } from 'vitest';
import { accept, fold, reject, unique } from '#shared/aggregate/index.ts';
import { type TillEvent, tillDecider } from '../../support/till.ts';

describe('A decision', () => {
  it('accepts events, with no claims and releases unless they are given', () => {
    expect(accept([])).toEqual({ kind: 'accepted', events: [], claims: [], releases: [] });
    const claims = [{ unique: unique('name', 'a'), refusal: reject('taken', 'It is taken.') }];
    expect(accept([], { claims })).toEqual({ kind: 'accepted', events: [], claims, releases: [] });
  });

  it('rejects with a code, a sentence and the fields of the rule', () => {
    expect(reject('too-late', 'It is too late.', { by: 3 })).toEqual({
      kind: 'rejected',
      code: 'too-late',
      detail: 'It is too late.',
      fields: { by: 3 },
    });
  });
});

describe('A fold', () => {
  const events: TillEvent[] = [
    { what: 'MoneyIn', data: { amount: 5 } },
    { what: 'MoneyOut', data: { amount: 2 } },
    { what: 'Named', data: { name: 'a' } },
  ];

  it('begins at the initial state, or where it is told to', () => {
    expect(fold(tillDecider, [])).toBe(tillDecider.initialState);
    expect(fold(tillDecider, events)).toMatchObject({ balance: 3, name: 'a' });
    expect(fold(tillDecider, events.slice(1), fold(tillDecider, events.slice(0, 1)))).toEqual(
      fold(tillDecider, events),
    );
  });
});
