/** What was booked on an account, day by day? */
import type { RecordedEvent } from '#shared/event/index.ts';
import { defineProjection } from '#shared/projection/index.ts';
import { type AccountEvent, accountEvents } from './account.events.ts';

/** One booking: the change of the balance, negative for a withdrawal, and the total after it, in cents. */
type Line = { readonly on: string; readonly what: string; readonly amount: number; readonly total: number };

/** Oldest first, as booked. */
type Statement = { readonly lines: readonly Line[] };

const totalOf = ({ lines }: Statement) => lines.at(-1)?.total ?? 0;

const booked = (row: Statement, { context }: RecordedEvent, amount: number, on = context.effectiveAt): Statement => ({
  lines: [...row.lines, { on, what: context.what, amount, total: totalOf(row) + amount }],
});

const moved =
  (sign: 1 | -1) =>
  (row: Statement, event: RecordedEvent<string, { readonly amount: number }>): Statement =>
    booked(row, event, sign * event.data.amount);

export const statement = defineProjection<Statement, AccountEvent>({
  name: 'statement',
  version: 1,
  category: 'account',
  events: accountEvents,
  initialRow: { lines: [] },
  on: {
    AccountOpened: (row, event) => booked(row, event, 0),
    PaymentReceived: moved(1),
    PremiumReceived: moved(1),
    InterestPaid: moved(1),
    MoneyWithdrawn: moved(-1),
    RetroactivePaymentReceived: (row, event) => booked(row, event, event.data.amount, event.data.bookedOn),
    RetroactiveCorrectionApplied: moved(1),
    AccountClosed: (row, event) => booked(row, event, 0),
  },
  queries: [
    {
      path: '/accounts/{id}/statement',
      meaning: 'Every booking of an account, newest first, as booked.',
      answer: (row, { id }) => ({ id, total: totalOf(row), lines: row.lines.toReversed() }),
    },
  ],
});
