/** The history of an account as it would be, had every payment been booked on the day it counts from. */
import { inEffectiveOrder } from '#shared/event/index.ts';
import { interestOn } from './interest.ts';

/** What moves a balance: an amount that is fixed, or interest, which follows from the balance itself. */
export type Movement =
  | { readonly kind: 'money'; readonly amount: number }
  | { readonly kind: 'interest'; readonly percent: number };

/** One entry of the history, in the order in which it was recorded. */
type LedgerEntry = Movement & { readonly on: string };

/** By how many cents a balance is moved; no number when the balance is not exact to the cent any more. */
export function changeOf(movement: Movement, balance: number): number {
  if (!Number.isSafeInteger(balance)) return Number.NaN;
  return movement.kind === 'money' ? movement.amount : interestOn(balance, movement.percent);
}

/** The interest that the entries earn when they are replayed in effective order, in cents. */
function interestEarned(entries: readonly LedgerEntry[]): number {
  let balance = 0;
  let earned = 0;
  for (const entry of inEffectiveOrder(entries, ({ on }) => on)) {
    const change = changeOf(entry, balance);
    if (entry.kind === 'interest') earned += change;
    balance += change;
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
