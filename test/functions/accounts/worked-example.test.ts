/** The savings account of the worked example comes out to the cent, line by line. */
import { describe, expect, it } from 'vitest';
import type { AccountCommand } from '../../../functions/accounts/account.commands.ts';
import { statement } from '../../../functions/accounts/statement.projection.ts';
import { summary } from '../../../functions/accounts/summary.projection.ts';
import { accepted, answerOf, supposedOf, timelineOf } from './histories.ts';

type Line = readonly [on: string, what: string, amount: number, total: number];

const premium = (on: string): AccountCommand => ({ what: 'receive-premium', data: { amount: 150_00, on } });
const interest = (on: string): AccountCommand => ({ what: 'pay-interest', data: { percent: 1, on } });
const months = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `2017-0${from + index}`);

const toAugust28: AccountCommand[] = [
  { what: 'open', data: { owner: 'Ann', on: '2017-04-01' } },
  { what: 'receive-payment', data: { amount: 1_000_00, on: '2017-04-01' } },
  interest('2017-04-28'),
  ...months(5, 8).flatMap((month) => [premium(`${month}-01`), interest(`${month}-28`)]),
];
const retroactive: AccountCommand = {
  what: 'receive-retroactive-payment',
  data: { amount: 500_00, effectiveOn: '2017-06-11', on: '2017-08-29' },
};

/** Oldest first; the tables show them newest first. */
const asBooked: Line[] = [
  ['2017-04-01', 'AccountOpened', 0, 0],
  ['2017-04-01', 'PaymentReceived', 1_000_00, 1_000_00],
  ['2017-04-28', 'InterestPaid', 10_00, 1_010_00],
  ['2017-05-01', 'PremiumReceived', 150_00, 1_160_00],
  ['2017-05-28', 'InterestPaid', 11_60, 1_171_60],
  ['2017-06-01', 'PremiumReceived', 150_00, 1_321_60],
  ['2017-06-28', 'InterestPaid', 13_22, 1_334_82],
  ['2017-07-01', 'PremiumReceived', 150_00, 1_484_82],
  ['2017-07-28', 'InterestPaid', 14_85, 1_499_67],
  ['2017-08-01', 'PremiumReceived', 150_00, 1_649_67],
  ['2017-08-28', 'InterestPaid', 16_50, 1_666_17],
];
const afterwards: Line[] = [
  ['2017-08-29', 'RetroactivePaymentReceived', 500_00, 2_166_17],
  ['2017-08-29', 'RetroactiveCorrectionApplied', 15_15, 2_181_32],
  ['2017-09-01', 'PremiumReceived', 150_00, 2_331_32],
  ['2017-09-28', 'InterestPaid', 23_31, 2_354_63],
];
/** The same history with the payment in its place, as it is worked out in memory. */
const inMemory: Line[] = [
  ...asBooked.slice(0, 6),
  ['2017-06-11', 'PaymentReceived', 500_00, 1_821_60],
  ['2017-06-28', 'InterestPaid', 18_22, 1_839_82],
  ['2017-07-01', 'PremiumReceived', 150_00, 1_989_82],
  ['2017-07-28', 'InterestPaid', 19_90, 2_009_72],
  ['2017-08-01', 'PremiumReceived', 150_00, 2_159_72],
  ['2017-08-28', 'InterestPaid', 21_60, 2_181_32],
];

function expectStatement(commands: readonly AccountCommand[], lines: readonly Line[]) {
  const events = accepted(commands);
  const total = lines.at(-1)?.[3];
  expect(answerOf(statement, events)).toEqual({
    id: '42',
    total,
    lines: lines.map(([on, what, amount, total]) => ({ on, what, amount, total })).toReversed(),
    next: null,
  });
  expect(answerOf(summary, events)).toEqual({
    id: '42',
    owner: 'Ann',
    status: 'open',
    balance: total,
    version: events.length,
  });
}

describe('the worked example', () => {
  it('stands at 1,666.17 on 28 August', () => expectStatement(toAugust28, asBooked));

  it('stands at 2,181.32 after a payment of 500.00 for 11 June, with 15.15 as correction', () =>
    expectStatement([...toAugust28, retroactive], [...asBooked, ...afterwards.slice(0, 2)]));

  it('stands at 2,331.32 after the premium of September', () =>
    expectStatement([...toAugust28, retroactive, premium('2017-09-01')], [...asBooked, ...afterwards.slice(0, 3)]));

  it('stands at 2,354.63 after interest of 23.31 on 28 September', () =>
    expectStatement(
      [...toAugust28, retroactive, premium('2017-09-01'), interest('2017-09-28')],
      [...asBooked, ...afterwards],
    ));

  it('comes to the same total as if the payment had been booked in its place', () =>
    expectStatement(
      [
        ...toAugust28.slice(0, 6),
        { what: 'receive-payment', data: { amount: 500_00, on: '2017-06-11' } },
        ...toAugust28.slice(6),
      ],
      inMemory,
    ));

  const placed = (lines: readonly Line[]) => lines.map(([on, what, amount, total]) => ({ on, what, amount, total }));

  it('would stand at 2,181.32 had 500.00 been paid on 11 June: 515.15 more, as is then recorded', () => {
    const before = accepted(toAugust28);
    const supposed = supposedOf(before, 500_00, '2017-06-11');
    expect(supposed).toEqual(placed(inMemory));
    expect((supposed.at(-1)?.total ?? 0) - 1_666_17).toBe(515_15);
    const [payment, correction] = accepted([retroactive], before).slice(before.length);
    expect([payment?.data, correction?.data]).toMatchObject([{ amount: 500_00 }, { amount: 15_15 }]);
  });

  const inPlace = inMemory.map(
    ([on, what, ...figures]): Line => [on, on === '2017-06-11' ? 'RetroactivePaymentReceived' : what, ...figures],
  );
  const inSeptember: Line[] = [
    ['2017-09-01', 'PremiumReceived', 150_00, 2_331_32],
    ['2017-09-28', 'InterestPaid', 23_31, 2_354_63],
  ];
  const whole = () => accepted([...toAugust28, retroactive, premium('2017-09-01'), interest('2017-09-28')]);

  it.each([
    ['2017-04-01', 1_000_00],
    ['2017-06-01', 1_321_60],
    ['2017-06-10', 1_321_60],
    ['2017-06-11', 1_821_60],
    ['2017-06-28', 1_839_82],
    ['2017-07-01', 1_989_82],
    ['2017-07-28', 2_009_72],
    ['2017-08-01', 2_159_72],
    ['2017-08-28', 2_181_32],
    ['2017-08-29', 2_181_32],
    ['2017-09-01', 2_331_32],
    ['2017-09-28', 2_354_63],
  ])('has as its timeline as-of %s the lines up to then, with the payment in its place: %i', (date, total) => {
    const lines = placed([...inPlace, ...inSeptember].filter(([on]) => on <= date));
    expect(timelineOf(whole(), date)).toEqual(lines);
    expect(lines.at(-1)?.total).toBe(total);
  });

  it('has a timeline of the same total as its statement, at every step after the correction', () => {
    const events = whole();
    for (let count = 13; count <= events.length; count += 1) {
      const { total } = answerOf<{ total: number }>(statement, events.slice(0, count));
      expect(timelineOf(events.slice(0, count)).at(-1)?.total).toBe(total);
    }
    expect(timelineOf(events)).toEqual(placed([...inPlace, ...inSeptember]));
  });

  it('corrects for a second retroactive payment by what it adds to a history that has the first', () => {
    const second: AccountCommand = {
      what: 'receive-retroactive-payment',
      data: { amount: 200_00, effectiveOn: '2017-05-15', on: '2017-08-30' },
    };
    const corrections = accepted([...toAugust28, retroactive, second]).filter(
      ({ what }) => what === 'RetroactiveCorrectionApplied',
    );
    // May 13.60 for 11.60, June 20.24 for 18.22, July 21.94 for 19.90, August 23.66 for 21.60.
    expect(corrections.map(({ data }) => data)).toEqual([
      { amount: 15_15, paymentEffectiveOn: '2017-06-11' },
      { amount: 8_12, paymentEffectiveOn: '2017-05-15' },
    ]);
    expect(answerOf<{ balance: number }>(summary, accepted([...toAugust28, retroactive, second])).balance).toBe(
      2_181_32 + 200_00 + 8_12,
    );
  });
});
