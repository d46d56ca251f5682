/** What was booked on an account, as booked: a line for each booking, as entries, so that the row never grows. */
import { type RecordedEvent, toStreamId } from '#shared/event/index.ts';
import { change, defineProjection, defineQuery } from '#shared/projection/index.ts';
import { type AccountEvent, accountEvents } from './account.events.ts';

/** One booking: the change of the balance, negative for a withdrawal, and the total after it, in cents. */
export type Line = { readonly on: string; readonly what: string; readonly amount: number; readonly total: number };

type Statement = { readonly total: number };

const linesOf = (stream: string) => `lines#${stream}`;

/** Lines stand in the order of the stream's versions. */
const DIGITS = 16;

function booked(row: Statement, { context }: RecordedEvent, amount: number, on = context.effectiveAt) {
  const total = row.total + amount;
  const line: Line = { on, what: context.what, amount, total };
  const sort = String(context.version).padStart(DIGITS, '0');
  return change({ total }, { put: [{ key: linesOf(context.stream), sort, value: line }] });
}

const moved = (sign: 1 | -1) => (row: Statement, event: RecordedEvent<string, { readonly amount: number }>) =>
  booked(row, event, sign * event.data.amount);

export const statement = defineProjection<Statement, AccountEvent>({
  name: 'statement',
  version: 1,
  categories: ['account'],
  events: accountEvents,
  initialRow: { total: 0 },
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
    defineQuery<Statement>({
      path: '/accounts/{id}/statement',
      meaning: 'Every booking of an account, newest first, as booked; or as we knew it at a time.',
      asAt: true,
      stream: ({ id }) => toStreamId('account', id),
      list: ({ id }) => ({ key: linesOf(toStreamId('account', id)), descending: true, limit: 1_000, own: true }),
      answer: ({ row, entries, next }, { id }) => ({
        id,
        total: row.total,
        lines: entries.map(({ value }) => value),
        next,
      }),
    }),
  ],
});
