/** What holds of every timeline: it is a plain replay of the account by day, and corrections make up the difference to the books. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from '#shared/aggregate/index.ts';
import type { AccountCommand } from '../../../functions/accounts/account.commands.ts';
import { account } from '../../../functions/accounts/account.decider.ts';
import type { AccountEvent } from '../../../functions/accounts/account.events.ts';
import { retroactive } from './commands.ts';
import { accepted, cents, day, history, supposedOf, timelineOf } from './histories.ts';
import { interestOf, replayed } from './plain-replay.ts';

const AFTER_ALL = '2030-01-01';

const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);
const amountsOf = (what: AccountEvent['what'], events: readonly AccountEvent[]) =>
  events.flatMap((event) => (event.what === what && 'amount' in event.data ? [event.data.amount] : []));
const correctionsIn = (events: readonly AccountEvent[]) => sum(amountsOf('RetroactiveCorrectionApplied', events));
const isRetroactive = ({ what }: AccountEvent) => what.startsWith('Retroactive');

/** Late payments, with no two of one day: their order on a day would be that in which they are recorded. */
const latePayments = fc
  .uniqueArray(fc.record({ amount: cents, effectiveOn: day }), {
    maxLength: 5,
    selector: ({ effectiveOn }) => effectiveOn,
  })
  .map((payments) => payments.map(({ amount, effectiveOn }) => retroactive(amount, effectiveOn, AFTER_ALL)));

describe('A timeline', () => {
  it('is a plain replay by day, as-of any date', () =>
    fc.assert(
      fc.property(history, day, (events, date) => {
        expect(timelineOf(events)).toEqual(replayed(events));
        expect(timelineOf(events, date)).toEqual(replayed(events.filter(({ effectiveAt }) => effectiveAt <= date)));
      }),
    ));

  it('comes to the balance, and was never below zero on the way', () =>
    fc.assert(
      fc.property(history, (events) => {
        const lines = timelineOf(events);
        expect(lines.at(-1)?.total ?? 0).toBe(fold(account, events).balance);
        expect(lines.filter(({ total }) => total < 0)).toEqual([]);
      }),
    ));

  it('has as interest what was booked as interest and as corrections', () =>
    fc.assert(
      fc.property(history, (events) => {
        const booked = sum(amountsOf('InterestPaid', events));
        expect(sum(interestIn(timelineOf(events)))).toBe(booked + correctionsIn(events));
      }),
    ));

  it('is the same in whatever order late payments are recorded, and their corrections come to the same', () =>
    fc.assert(
      fc.property(
        history,
        latePayments.chain((late) => fc.tuple(fc.constant(late), shuffled(late))),
        (events, [late, inOtherOrder]) => {
          const [one, other] = [accepted(late, events), accepted(inOtherOrder, events)];
          expect(timelineOf(other)).toEqual(timelineOf(one));
          expect(correctionsIn(other)).toBe(correctionsIn(one));
        },
      ),
    ));

  it('has more interest by the sum of their corrections with all late payments than without them', () =>
    fc.assert(
      fc.property(history, latePayments, (events, late) => {
        const onTime = onlyOnTime(events);
        const before = sum(interestIn(timelineOf(onTime)));
        // Interest that is paid often comes to more than any account holds.
        fc.pre(Number.isSafeInteger(before));
        const all = accepted(late, onTime);
        const more = sum(interestIn(timelineOf(all))) - before;
        expect(correctionsIn(all)).toBe(more);
        // Each of them by what it makes more of the history that it meets, which has those recorded before it.
        for (let at = onTime.length; at < all.length; at += 2) {
          const [payment, correction] = all.slice(at, at + 2);
          if (payment === undefined) throw new Error('a late payment was not recorded');
          const difference = interestOf([...all.slice(0, at), payment]) - interestOf(all.slice(0, at));
          expect(correction?.data).toMatchObject({ amount: difference });
        }
      }),
    ));

  it('with a payment supposed differs by what is then recorded as payment and correction', () =>
    fc.assert(
      fc.property(history, cents, day, (events, amount, on) => {
        const supposed = supposedOf(events, amount, on);
        const after = accepted([retroactive(amount, on, AFTER_ALL)], events);
        const figures = ({ on, amount, total }: (typeof supposed)[number]) => [on, amount, total];
        expect(supposed.map(figures)).toEqual(timelineOf(after).map(figures));
        const difference = (supposed.at(-1)?.total ?? 0) - fold(account, events).balance;
        expect(difference).toBe(amount + correctionsIn(after.slice(events.length)));
        // Nothing that was withdrawn becomes impossible by money that is there earlier.
        expect(supposed.filter(({ total }) => total < 0)).toEqual([]);
      }),
    ));
});

const interestIn = (lines: ReturnType<typeof timelineOf>) =>
  lines.filter(({ what }) => what === 'InterestPaid').map(({ amount }) => amount);

const shuffled = (commands: readonly AccountCommand[]) =>
  fc.shuffledSubarray([...commands], { minLength: commands.length });

/** The account without its late payments, as far as it could have come about without them. */
function onlyOnTime(events: readonly AccountEvent[]): AccountEvent[] {
  const kept: AccountEvent[] = [];
  for (const event of events.filter((event) => !isRetroactive(event))) {
    const { balance } = fold(account, kept);
    if (event.what === 'MoneyWithdrawn' && event.data.amount > balance) continue;
    if (event.what !== 'InterestPaid') kept.push(event);
    else
      kept.push(
        ...accepted([{ what: 'pay-interest', data: { percent: event.data.percent, on: event.effectiveAt } }], kept),
      );
  }
  return kept;
}
