/**
 * An account by the days from which its bookings count, with interest restated as if every retroactive payment had been there:
 * so corrections are no lines of it. And the same with a payment that nobody made.
 */
import * as z from 'zod/mini';
import type { HistoryEvent } from '#shared/event/index.ts';
import { change, defineTimeline, defineTimelineQuery } from '#shared/projection/index.ts';
import type { AccountEvent } from './account.events.ts';
import { cents as amount, day as date } from './amounts.ts';
import { changeOf, type Movement } from './ledger.ts';
import type { Line } from './statement.projection.ts';

type Timeline = { readonly total: number; readonly openedOn: string; readonly closedOn: string | null };

const LINES = 'lines';

/** Of a version: lines of one day stand in the order in which they were recorded. */
const DIGITS = 16;

function laid(row: Timeline, { context }: HistoryEvent, movement: Movement) {
  const { what, effectiveAt: on, version } = context;
  const amount = changeOf(movement, row.total);
  const line: Line = { on, what, amount, total: row.total + amount };
  const sort = `${on} ${String(version).padStart(DIGITS, '0')}`;
  return change({ ...row, total: line.total }, { put: [{ key: LINES, sort, value: line }] });
}

const NOTHING: Movement = { kind: 'money', amount: 0 };

const moved = (sign: 1 | -1) => (row: Timeline, event: HistoryEvent<string, { readonly amount: number }>) =>
  laid(row, event, { kind: 'money', amount: sign * event.data.amount });

const supposedPayment = z.object({
  payment: z.pipe(
    z.string().check(z.regex(/^[1-9]\d*$/, 'Use a whole number of cents, 1 or more.')),
    z.pipe(z.transform(Number), amount),
  ),
  on: date,
});

const list = () => ({ key: LINES, descending: true, limit: 1_000 });

export const timeline = defineTimeline<Timeline, AccountEvent>({
  name: 'timeline',
  category: 'account',
  initialRow: { total: 0, openedOn: '', closedOn: null },
  on: {
    AccountOpened: (row, event) => laid({ ...row, openedOn: event.context.effectiveAt }, event, NOTHING),
    PaymentReceived: moved(1),
    PremiumReceived: moved(1),
    InterestPaid: (row, event) => laid(row, event, { kind: 'interest', percent: event.data.percent }),
    MoneyWithdrawn: moved(-1),
    RetroactivePaymentReceived: moved(1),
    AccountClosed: (row, event) => laid({ ...row, closedOn: event.context.effectiveAt }, event, NOTHING),
  },
  queries: [
    defineTimelineQuery<Timeline>({
      path: '/accounts/{id}/timeline',
      meaning: 'Every booking of an account on the day from which it counts, newest first, with interest restated.',
      asOf: true,
      list,
      answer: ({ row: { total }, entries, next }, { id }) => ({
        id,
        total,
        lines: entries.map(({ value }) => value),
        next,
      }),
    }),
    defineTimelineQuery<Timeline, { readonly id: string } & z.infer<typeof supposedPayment>>({
      path: '/accounts/{id}/what-if',
      meaning: 'What an account would have come to with a payment more; nothing is recorded.',
      parameters: supposedPayment,
      list,
      suppose: ({ payment, on }) => [{ what: 'PaymentReceived', data: { amount: payment }, effectiveAt: on }],
      faults({ row: { total }, actual: { openedOn, closedOn } }, { on }) {
        const fault = (path: string, code: string, message: string) => [{ path, code, message }];
        if (on < openedOn) return fault('on', 'before-the-beginning', `The account was opened on ${openedOn}.`);
        if (closedOn !== null && on >= closedOn) {
          return fault('on', 'account-closed', `The account was closed on ${closedOn}; suppose a payment before that.`);
        }
        if (Number.isSafeInteger(total)) return [];
        return fault('payment', 'balance-too-large', 'No account can hold what it would come to.');
      },
      answer: ({ row: { total }, actual, entries, next }) => ({
        total,
        difference: total - actual.total,
        lines: entries.map(({ value }) => value),
        ...(next !== null && { next }),
      }),
    }),
  ],
});
