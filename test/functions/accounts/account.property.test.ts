/** What holds of every account, whatever happened on it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from '#shared/aggregate/index.ts';
import { account } from '../../../functions/accounts/account.decider.ts';
import type { AccountEvent } from '../../../functions/accounts/account.events.ts';
import { interestOn } from '../../../functions/accounts/interest.ts';
import { statement } from '../../../functions/accounts/statement.projection.ts';
import { summary } from '../../../functions/accounts/summary.projection.ts';
import { answerOf, history } from './histories.ts';
import { halfUp, interestOf } from './plain-replay.ts';

type Statement = { total: number; lines: { on: string; amount: number; total: number }[] };

const holds = (property: (events: AccountEvent[]) => void) => fc.assert(fc.property(history, property));
const bookedOn = (event: AccountEvent) =>
  event.what === 'RetroactivePaymentReceived' ? event.data.bookedOn : event.effectiveAt;

describe('an account with any history', () => {
  it('has as its balance the sum of its statement, and the same total in every view', () =>
    holds((events) => {
      const { total, lines } = answerOf<Statement>(statement, events);
      const { balance } = answerOf<{ balance: number }>(summary, events);
      expect(lines.reduce((sum, { amount }) => sum + amount, 0)).toBe(total);
      expect(balance).toBe(total);
      expect(fold(account, events).balance).toBe(total);
    }));

  it('has a line for every event, on the day it was booked, with the total so far', () =>
    holds((events) => {
      const lines = answerOf<Statement>(statement, events).lines.toReversed();
      expect(lines.map(({ on }) => on)).toEqual(events.map(bookedOn));
      let total = 0;
      for (const line of lines) {
        total += line.amount;
        expect(line.total).toBe(total);
      }
    }));

  it('never goes back in time and never below zero', () =>
    holds((events) => {
      const lines = answerOf<Statement>(statement, events).lines.toReversed();
      expect(lines.map(({ on }) => on)).toEqual(lines.map(({ on }) => on).toSorted());
      expect(lines.every(({ total }) => total >= 0)).toBe(true);
    }));

  it('is corrected by the difference that a retroactive payment makes to all interest', () =>
    holds((events) => {
      for (const [index, event] of events.entries()) {
        if (event.what !== 'RetroactiveCorrectionApplied') continue;
        const difference = interestOf(events.slice(0, index)) - interestOf(events.slice(0, index - 1));
        expect(event.data.amount).toBe(difference);
      }
    }));

  it('has earned, corrections included, what it would have earned with every payment in its place', () =>
    holds((events) => {
      const earned = events.reduce(
        (sum, { what, data }) =>
          what === 'InterestPaid' || what === 'RetroactiveCorrectionApplied' ? sum + data.amount : sum,
        0,
      );
      expect(earned).toBe(interestOf(events));
    }));

  it('is not changed by deciding: the state that was passed in stays as it is', () =>
    holds((events) => {
      const state = fold(account, events);
      const before = structuredClone(state);
      account.decide({ what: 'pay-interest', data: { percent: 1, on: '2030-01-01' } }, state);
      account.decide(
        { what: 'receive-retroactive-payment', data: { amount: 1, effectiveOn: '2017-01-02', on: '2030-01-01' } },
        state,
      );
      expect(state).toEqual(before);
    }));

  it('fits the schema that its snapshots are kept under', () =>
    holds((events) => {
      const state = fold(account, events);
      expect(account.stateSchema.parse(JSON.parse(JSON.stringify(state)))).toEqual(state);
    }));
});

describe('interest', () => {
  it('is the exact percentage, rounded half up to the cent', () =>
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 1, max: 1_000_000 }), (balance, tenThousandths) => {
        const exact = halfUp(BigInt(balance) * BigInt(tenThousandths), 1_000_000n);
        expect(BigInt(interestOn(balance, tenThousandths / 10_000))).toBe(exact);
      }),
    ));

  it.each([
    [50, 1, 1],
    [49, 1, 0],
    [150, 1, 2],
    [250, 1, 3],
    // 1.005 % of 100.00 and 2.675 % of 200.00 end in half a cent, which their binary fractions miss.
    [10_000, 1.005, 101],
    [20_000, 2.675, 535],
    [100, 0.5, 1],
    [1, 50, 1],
    [0, 100, 0],
  ])('of %i cents at %f %% is %i cents', (balance, percent, interest) => {
    expect(interestOn(balance, percent)).toBe(interest);
  });
});
