/** What may be done with a savings account, and what is refused? */
import { describe, expect, it } from 'vitest';
import type { AccountCommand } from '../../../functions/accounts/account.commands.ts';
import { account } from '../../../functions/accounts/account.decider.ts';
import type { AccountEvent } from '../../../functions/accounts/account.events.ts';
import { scenario } from '../../support/decider-scenario.ts';
import { accepted, open } from './histories.ts';

const given = scenario(account);
const opened: AccountEvent = { what: 'AccountOpened', data: { owner: 'Ann' }, effectiveAt: '2017-01-01' };
const paid: AccountEvent = { what: 'PaymentReceived', data: { amount: 1_000 }, effectiveAt: '2017-02-01' };
const withdrawn: AccountEvent = { what: 'MoneyWithdrawn', data: { amount: 1_000 }, effectiveAt: '2017-02-01' };
const closed: AccountEvent = { what: 'AccountClosed', data: {}, effectiveAt: '2017-03-01' };

const payment = (amount: number, on: string): AccountCommand => ({ what: 'receive-payment', data: { amount, on } });
const premium = (amount: number, on: string): AccountCommand => ({ what: 'receive-premium', data: { amount, on } });
const interest = (percent: number, on: string): AccountCommand => ({ what: 'pay-interest', data: { percent, on } });
const withdraw = (amount: number, on: string): AccountCommand => ({ what: 'withdraw', data: { amount, on } });
const retroactive = (amount: number, effectiveOn: string, on: string): AccountCommand => ({
  what: 'receive-retroactive-payment',
  data: { amount, effectiveOn, on },
});
const close = (on: string): AccountCommand => ({ what: 'close', data: { on } });

describe('an accepted command', () => {
  it('opens an account for its owner, counting from the day given', () => {
    expect(given().when(open).events()).toEqual([opened]);
  });

  it('books a payment', () => {
    expect(given(opened).when(payment(1_000, '2017-02-01')).events()).toEqual([paid]);
  });

  it('books on the day of the last entry, and on the day of opening', () => {
    expect(given(opened, paid).when(payment(1, '2017-02-01')).events()).toHaveLength(1);
    expect(given(opened).when(payment(1, '2017-01-01')).events()).toHaveLength(1);
  });

  it('books a premium', () => {
    const events = [{ what: 'PremiumReceived', data: { amount: 15_000 }, effectiveAt: '2017-03-01' }];
    expect(given(opened, paid).when(premium(15_000, '2017-03-01')).events()).toEqual(events);
  });

  it('pays interest on the balance of that day, with the percentage beside the amount', () => {
    const events = [{ what: 'InterestPaid', data: { percent: 2.5, amount: 25 }, effectiveAt: '2017-03-28' }];
    expect(given(opened, paid).when(interest(2.5, '2017-03-28')).events()).toEqual(events);
  });

  it('pays nothing on nothing', () => {
    expect(given(opened).when(interest(1, '2017-03-28')).events()[0]?.data).toEqual({ percent: 1, amount: 0 });
  });

  it('withdraws up to the whole balance', () => {
    expect(given(opened, paid).when(withdraw(1_000, '2017-02-01')).events()).toEqual([withdrawn]);
  });

  it('books a retroactive payment on its own day and its correction on the day of booking, as one commit', () => {
    const paidInterest: AccountEvent = {
      what: 'InterestPaid',
      data: { percent: 10, amount: 100 },
      effectiveAt: '2017-02-28',
    };
    expect(
      given(opened, paid, paidInterest)
        .when(retroactive(500, '2017-02-10', '2017-03-05'))
        .events(),
    ).toEqual([
      { what: 'RetroactivePaymentReceived', data: { amount: 500, bookedOn: '2017-03-05' }, effectiveAt: '2017-02-10' },
      {
        what: 'RetroactiveCorrectionApplied',
        data: { amount: 50, paymentEffectiveOn: '2017-02-10' },
        effectiveAt: '2017-03-05',
      },
    ]);
  });

  it('takes a retroactive payment of the day of opening', () => {
    expect(
      given(opened)
        .when(retroactive(500, '2017-01-01', '2017-01-02'))
        .events(),
    ).toHaveLength(2);
  });

  it('closes an account whose balance is zero', () => {
    expect(given(opened, paid, withdrawn).when(close('2017-03-01')).events()).toEqual([closed]);
  });
});

describe('a command that is repeated on the state it led to', () => {
  const until = (...commands: AccountCommand[]) => given(...accepted(commands));
  const start = [open, payment(1_000, '2017-02-01')];

  it('is refused when the account is opened or closed already', () => {
    expect(until(open).when(open).refusal().code).toBe('account-already-open');
    expect(until(open, close('2017-03-01')).when(close('2017-03-01')).refusal().code).toBe('account-not-open');
  });

  it('is refused when the money is gone', () => {
    const command = withdraw(1_000, '2017-02-01');
    expect(
      until(...start, command)
        .when(command)
        .refusal(),
    ).toMatchObject({
      code: 'insufficient-funds',
      fields: { balance: 0 },
    });
  });

  it.each([payment(1, '2017-02-01'), premium(1, '2017-02-01'), withdraw(1, '2017-02-01')])(
    'books again, as a second one of the same day: $what',
    (command) => {
      const first = accepted([...start, command]).slice(2);
      expect(
        until(...start, command)
          .when(command)
          .events(),
      ).toEqual(first);
    },
  );

  it('pays interest on the interest', () => {
    const events = until(...start, interest(10, '2017-02-28'))
      .when(interest(10, '2017-02-28'))
      .events();
    expect(events[0]?.data).toEqual({ percent: 10, amount: 110 });
  });

  it('adds the same correction for a second retroactive payment of the same amount and day', () => {
    const command = retroactive(500, '2017-02-10', '2017-03-05');
    const commands = [...start, interest(10, '2017-02-28'), command];
    expect(
      until(...commands)
        .when(command)
        .events(),
    ).toEqual(accepted(commands).slice(3));
  });
});

describe('a refusal', () => {
  const bookings = [
    payment(1, '2017-01-31'),
    premium(1, '2017-01-31'),
    interest(1, '2017-01-31'),
    withdraw(1, '2017-01-31'),
    retroactive(1, '2017-01-02', '2017-01-31'),
    close('2017-01-31'),
  ];

  it('meets whoever opens an account again, open or closed', () => {
    expect(given(opened).when(open).refusal()).toMatchObject({ code: 'account-already-open', fields: {} });
    expect(given(opened, closed).when(open).refusal().code).toBe('account-already-open');
  });

  it.each(bookings)('meets $what on an account that is not open or closed', (command) => {
    expect(given().when(command).refusal()).toMatchObject({ code: 'account-not-open', fields: {} });
    expect(given(opened, closed).when(command).refusal().code).toBe('account-not-open');
  });

  it.each(bookings)('meets $what of a day before the last entry, and names that day', (command) => {
    const expected = { code: 'date-before-last-entry', fields: { lastEntryOn: '2017-02-01' } };
    expect(given(opened, paid).when(command).refusal()).toMatchObject(expected);
  });

  it('counts a correction and a retroactive payment as entries of the day they were booked', () => {
    const events = accepted([open, retroactive(500, '2017-01-02', '2017-03-05')]);
    expect(
      given(...events)
        .when(payment(1, '2017-03-04'))
        .refusal().fields,
    ).toEqual({ lastEntryOn: '2017-03-05' });
    expect(
      given(...events.slice(0, -1))
        .when(payment(1, '2017-03-04'))
        .refusal().fields,
    ).toEqual({
      lastEntryOn: '2017-03-05',
    });
  });

  it('meets a withdrawal of one cent more than the balance, and names the balance', () => {
    const expected = { code: 'insufficient-funds', fields: { balance: 1_000 } };
    expect(given(opened, paid).when(withdraw(1_001, '2017-02-01')).refusal()).toMatchObject(expected);
  });

  it('meets a retroactive payment of the same day or a later one', () => {
    for (const effectiveOn of ['2017-02-02', '2017-02-03']) {
      const command = retroactive(1, effectiveOn, '2017-02-02');
      expect(given(opened, paid).when(command).refusal().code).toBe('not-retroactive');
    }
  });

  it('meets a retroactive payment of a day before the opening, and names that day', () => {
    const expected = { code: 'before-opening', fields: { openedOn: '2017-01-01' } };
    expect(
      given(opened)
        .when(retroactive(1, '2016-12-31', '2017-01-01'))
        .refusal(),
    ).toMatchObject(expected);
  });

  it('meets the closing of an account that holds money, and names the balance', () => {
    const expected = { code: 'balance-not-zero', fields: { balance: 1_000 } };
    expect(given(opened, paid).when(close('2017-02-01')).refusal()).toMatchObject(expected);
  });

  it('checks the account first, then the day, then the rule of the command', () => {
    expect(given().when(withdraw(1, '2016-01-01')).refusal().code).toBe('account-not-open');
    expect(given(opened, paid).when(withdraw(5_000, '2017-01-31')).refusal().code).toBe('date-before-last-entry');
    expect(given(opened, paid).when(close('2017-01-31')).refusal().code).toBe('date-before-last-entry');
    const both = retroactive(1, '2016-12-31', '2016-12-30');
    expect(given(opened, paid).when(both).refusal().code).toBe('date-before-last-entry');
  });

  it('keeps a balance exact: no booking takes it past what a number can count', () => {
    const rich = accepted([open, payment(1_000_000_000_000, '2017-01-01')]);
    const doubled = Array.from({ length: 13 }, () => interest(100, '2017-01-01'));
    const richest = accepted(doubled, rich);
    for (const command of [interest(100, '2017-01-01'), interest(99.9999, '2017-01-01')]) {
      expect(
        given(...richest)
          .when(command)
          .refusal().code,
      ).toBe('balance-too-large');
    }
    const early = retroactive(1_000_000_000_000, '2017-01-01', '2017-01-02');
    const late = accepted([open, interest(100, '2017-01-02'), ...doubled.map(() => interest(100, '2017-01-02'))]);
    expect(
      given(...late)
        .when(early)
        .refusal().code,
    ).toBe('balance-too-large');
  });
});
