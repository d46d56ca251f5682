/** The history of an account as it would be, had every payment been booked on the day it counts from. */
import { interestOn } from './interest.ts';

/** One entry of the history, in the order in which it was recorded. */
type LedgerEntry =
  | { readonly kind: 'money'; readonly on: string; readonly amount: number }
  | { readonly kind: 'interest'; readonly on: string; readonly percent: number };

/** The entries by the day they count from; entries of one day stay in recorded order. */
const inEffectiveOrder = <E extends { readonly on: string }>(entries: readonly E[]): E[] =>
  entries.toSorted((one, other) => (one.on < other.on ? -1 : one.on > other.on ? 1 : 0));

/** The interest that the entries earn when they are replayed in effective order, in cents. */
function interestEarned(entries: readonly LedgerEntry[]): number {
  let balance = 0;
  let earned = 0;
  for (const entry of inEffectiveOrder(entries)) {
    const interest = entry.kind === 'interest' ? interestOn(balance, entry.percent) : 0;
    earned += interest;
    balance += entry.kind === 'money' ? entry.amount : interest;
  }
  return earned;
}

/** What a payment of an earlier day adds to all interest since: the difference between the two histories, in cents. */
export const retroactiveCorrection = (
  entries: readonly LedgerEntry[],
  payment: { readonly amount: number; readonly effectiveOn: string },
): number =>
  interestEarned([...entries, { kind: 'money', on: payment.effectiveOn, amount: payment.amount }]) -
  interestEarned(entries);
