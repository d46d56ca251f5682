/** The tallies in effective order: each reading doubles what was counted before it and adds its own, so that order tells. */
import * as z from 'zod/mini';
import type { ContextCatalog } from '#shared/catalog/index.ts';
import type { DomainEvent, EventOf } from '#shared/event/index.ts';
import { change, defineTimeline, defineTimelineQuery } from '#shared/projection/index.ts';
import { tallies, type tallyEvents } from './tally.ts';

type Readings = { readonly score: number };

const LARGEST = 1_000_000;

const supposed = z.object({
  by: z.pipe(z.string().check(z.regex(/^\d{1,9}$/)), z.transform(Number)),
  on: z.iso.date(),
});

const list = () => ({ key: 'readings', descending: true, limit: 5 });

/** What doubling and adding comes to, in this order. */
export const scoreOf = (numbers: readonly number[]): number => numbers.reduce((score, by) => 2 * score + by, 0);

/** Counted on a date, whenever it is recorded. */
export const countedOn = (effectiveAt: string, by: number): DomainEvent => ({
  what: 'Counted',
  data: { by },
  effectiveAt,
});

export const readings = defineTimeline<Readings, EventOf<typeof tallyEvents>>({
  name: 'readings',
  category: 'tally',
  initialRow: { score: 0 },
  on: {
    Counted({ score: before }, { context: { effectiveAt: on, version }, data: { by } }) {
      const score = 2 * before + by;
      return change({ score }, { put: [{ key: 'readings', sort: `${on} ${version}`, value: { on, by, score } }] });
    },
    Spoilt: () => {
      throw new Error('this event cannot be applied');
    },
  },
  queries: [
    defineTimelineQuery<Readings>({
      path: '/tallies/{id}/readings',
      meaning: 'What was counted, by its date.',
      asOf: true,
      list,
      answer: ({ row: { score }, version, entries, next }) => ({
        score,
        version,
        readings: entries.map(({ value }) => value),
        next,
      }),
    }),
    defineTimelineQuery<Readings, z.infer<typeof supposed>>({
      path: '/tallies/{id}/supposed',
      meaning: 'What it would be with a reading more.',
      parameters: supposed,
      list,
      suppose: ({ by, on }) => [{ what: 'Counted', data: { by }, effectiveAt: on }],
      faults: ({ row: { score } }) =>
        score > LARGEST ? [{ path: 'by', code: 'too-large', message: 'Suppose less.' }] : [],
      answer: ({ row: { score }, actual, entries, next }) => ({
        score,
        actual: actual.score,
        readings: entries.map(({ value }) => value),
        next,
      }),
    }),
  ],
});

export const talliesInTime: ContextCatalog = { ...tallies, timelines: [readings] };
