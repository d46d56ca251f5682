/** The history of an account told by a second, plain reading of the rule: sort by day, keep a running balance. */
import type { AccountEvent } from '../../../functions/accounts/account.events.ts';
import type { Line } from './bank.ts';

/** The lines, oldest first; corrections are none. */
export function replayed(events: readonly AccountEvent[]): Line[] {
  let balance = 0n;
  const lines: Line[] = [];
  for (const event of events.toSorted((one, other) => one.effectiveAt.localeCompare(other.effectiveAt))) {
    if (event.what === 'RetroactiveCorrectionApplied') continue;
    const amount = amountOf(event, balance);
    balance += amount;
    lines.push({ on: event.effectiveAt, what: event.what, amount: Number(amount), total: Number(balance) });
  }
  return lines;
}

function amountOf(event: Exclude<AccountEvent, { what: 'RetroactiveCorrectionApplied' }>, balance: bigint): bigint {
  switch (event.what) {
    case 'InterestPaid':
      return halfUp(balance * BigInt((event.data.percent * 10_000).toFixed(0)), 1_000_000n);
    case 'MoneyWithdrawn':
      return -BigInt(event.data.amount);
    case 'PaymentReceived':
    case 'PremiumReceived':
    case 'RetroactivePaymentReceived':
      return BigInt(event.data.amount);
    case 'AccountOpened':
    case 'AccountClosed':
      return 0n;
  }
}

/** What all interest of the history comes to. */
export const interestOf = (events: readonly AccountEvent[]): number =>
  replayed(events).reduce((sum, { what, amount }) => (what === 'InterestPaid' ? sum + amount : sum), 0);

/** The whole part, and one more when twice the rest is at least the divisor. */
export function halfUp(dividend: bigint, divisor: bigint): bigint {
  const whole = dividend / divisor;
  return 2n * (dividend - whole * divisor) >= divisor ? whole + 1n : whole;
}
