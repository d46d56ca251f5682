/** What is refused on a savings account, and in which order its rules are checked. */
import { describe, expect, it } from 'vitest';
import { account } from '../../../functions/accounts/account.decider.ts';
import type { AccountEvent } from '../../../functions/accounts/account.events.ts';
import { scenario } from '../../support/decider-scenario.ts';
import { close, interest, open, payment, premium, retroactive, withdraw } from './commands.ts';
import { accepted } from './histories.ts';

const given = scenario(account);
const opened: AccountEvent = { what: 'AccountOpened', data: { owner: 'Ann' }, effectiveAt: '2017-01-01' };
const paid: AccountEvent = { what: 'PaymentReceived', data: { amount: 1_000 }, effectiveAt: '2017-02-01' };
const closed: AccountEvent = { what: 'AccountClosed', data: {}, effectiveAt: '2017-03-01' };

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
    // Doubled 1,100 times it is beyond every number that there is.
    for (const times of [14, 1_100]) {
      const late = accepted([open, ...Array(times).fill(interest(100, '2017-01-02'))]);
      expect(
        given(...late)
          .when(early)
          .refusal().code,
      ).toBe('balance-too-large');
    }
  });
});
