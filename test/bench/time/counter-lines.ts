/** A line for every addition, as an account's statement and timeline have: as recorded, and in effective order. */
import { type EventOf, type HistoryEvent, toStreamId } from '#shared/event/index.ts';
import {
  change,
  defineProjection,
  defineQuery,
  defineTimeline,
  defineTimelineQuery,
} from '#shared/projection/index.ts';
import { counterEvents } from '../counter/counter.ts';

type Total = { readonly total: number };
type CounterEvent = EventOf<typeof counterEvents>;

const list = () => ({ key: 'lines', descending: true, limit: 1_000 });

function added({ total: before }: Total, { context, data }: HistoryEvent<'Added', CounterEvent['data']>) {
  const { effectiveAt: on, version } = context;
  const total = before + data.amount;
  const sort = `${on} ${String(version).padStart(16, '0')}`;
  return change({ total }, { put: [{ key: 'lines', sort, value: { on, amount: data.amount, total } }] });
}

export const recordedLines = defineProjection<Total, CounterEvent>({
  name: 'recorded-lines',
  version: 1,
  categories: ['counter'],
  events: counterEvents,
  initialRow: { total: 0 },
  on: { Added: added },
  queries: [
    defineQuery<Total>({
      path: '/counters/{id}/recorded',
      meaning: 'Every addition, newest first.',
      asAt: true,
      stream: ({ id }) => toStreamId('counter', id),
      list,
      answer: ({ row: { total }, entries }) => ({ total, lines: entries.map(({ value }) => value) }),
    }),
  ],
});

export const effectiveLines = defineTimeline<Total, CounterEvent>({
  name: 'effective-lines',
  category: 'counter',
  initialRow: { total: 0 },
  on: { Added: added },
  queries: [
    defineTimelineQuery<Total>({
      path: '/counters/{id}/effective',
      meaning: 'Every addition by the time from which it counts.',
      asOf: true,
      list,
      answer: ({ row: { total }, entries }) => ({ total, lines: entries.map(({ value }) => value) }),
    }),
    defineTimelineQuery<Total, { readonly id: string; readonly amount: number; readonly on: string }>({
      path: '/counters/{id}/supposed',
      meaning: 'The same with one more.',
      list,
      suppose: ({ amount, on }) => [{ what: 'Added', data: { amount }, effectiveAt: on }],
      answer: ({ row: { total }, actual, entries }) => ({
        total,
        lines: entries.map(({ value }) => value),
        difference: total - actual.total,
      }),
    }),
  ],
});
