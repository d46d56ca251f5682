import { describe, expect, it } from 'vitest';
import type { AccountCommand } from '../../../functions/accounts/account.commands.ts';
import { account } from '../../../functions/accounts/account.decider.ts';
import type { AccountEvent } from '../../../functions/accounts/account.events.ts';
import { scenario } from '../../support/decider-scenario.ts';
import { close, interest, open, payment, premium, retroactive, withdraw } from './commands.ts';
import { accepted } from './histories.ts';

const given = scenario(account);
const opened: AccountEvent = { what: 'AccountOpened', data: { owner: 'Ann' }, effectiveAt: '2017-01-01' };
const paid: AccountEvent = { what: 'PaymentReceived', data: { amount: 1_000 }, effectiveAt: '2017-02-01' };
const withdrawn: AccountEvent = { what: 'MoneyWithdrawn', data: { amount: 1_000 }, effectiveAt: '2017-02-01' };
const closed: AccountEvent = { what: 'AccountClosed', data: {}, effectiveAt: '2017-03-01' };

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
