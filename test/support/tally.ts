/**
 * The context of the kit's own tests: tallies. The row of one projection tells the exact order in which events were applied,
 * the entries of another move between keys that tallies share, and one event of the third changes as many as it has words.
 */
import * as z from 'zod/mini';
import { accept, type CommandOf, type Decider, defineAggregate, reject } from '#shared/aggregate/index.ts';
import type { ContextCatalog } from '#shared/catalog/index.ts';
import { type CommandHandling, createStateCache } from '#shared/command/index.ts';
import { type DomainEvent, type EventOf, type StreamId, toStreamId } from '#shared/event/index.ts';
import type { EventStore } from '#shared/event-store/index.ts';
import { change, defineProjection, defineQuery } from '#shared/projection/index.ts';

export const tallyEvents = {
  Counted: {
    meaning: 'Something was counted; version 1 called the number `n`.',
    schema: z.object({ by: z.number() }),
    upcasters: [(data: unknown) => ({ by: (data as { n: number }).n })], // as version 1 was
  },
  Noted: { meaning: 'Something was noted; the journal does not handle it.', schema: z.object({ text: z.string() }) },
  Spoilt: { meaning: 'Nobody can apply this.', schema: z.object({}) },
};
type TallyEvent = EventOf<typeof tallyEvents>;

const tallyCommands = {
  count: { meaning: 'Count.', schema: z.strictObject({ by: z.int() }) },
  'count-once': {
    meaning: 'Count, unless somebody is faster.',
    schema: z.strictObject({ by: z.int() }),
    onConflict: 'fail',
  },
  note: { meaning: 'Note some texts, or none.', schema: z.strictObject({ texts: z.array(z.string()) }) },
} as const;

const state = z.object({ sum: z.number() });

const decider: Decider<z.infer<typeof state>, CommandOf<typeof tallyCommands>, TallyEvent> = {
  initialState: { sum: 0 },
  decide(command, { sum }) {
    if (command.what === 'note') return accept(command.data.texts.map((text) => ({ what: 'Noted', data: { text } })));
    const { by } = command.data;
    if (sum + by < 0) return reject('below-zero', 'A tally does not go below zero.', { sum });
    return accept(by === 0 ? [] : [{ what: 'Counted', data: { by } }]);
  },
  evolve: (before, event) => (event.what === 'Counted' ? { sum: before.sum + event.data.by } : before),
  stateSchema: state,
};

const cannotBeApplied = () => {
  throw new Error('this event cannot be applied');
};

type Journal = { readonly sum: number; readonly versions: readonly number[] };

export const journal = defineProjection<Journal, TallyEvent>({
  name: 'journal',
  version: 1,
  categories: ['tally'],
  events: tallyEvents,
  initialRow: { sum: 0, versions: [] },
  on: {
    Counted: ({ sum, versions }, { context, data }) => ({
      sum: sum + data.by,
      versions: [...versions, context.version],
    }),
    Spoilt: cannotBeApplied,
  },
  queries: [
    defineQuery<Journal>({
      path: '/tallies/{id}',
      meaning: 'The sum of a tally.',
      answer: ({ row: { sum }, version }, { id }) => ({ id, sum, version }),
    }),
  ],
});

type Standing = { readonly sum: number; readonly at?: { readonly key: string; readonly sort: string } };

export const groupKey = (group: number): string => `group#${group}`;
export const countsKey = (stream: StreamId): string => `counts#${stream}`;

const GROUPS = 3;
const padded = (number: number) => String(number + 1_000_000).padStart(16, '0');

const inGroup = z.object({
  group: z.pipe(z.string().check(z.regex(/^[0-2]$/)), z.transform(Number)),
  least: z.optional(z.pipe(z.string().check(z.regex(/^\d{1,6}$/)), z.transform(Number))),
});
const others = z.object({ with: z.string() });

/** Where tallies stand: by their sums in three groups, and each with everything that was counted. */
export const standings = defineProjection<Standing, TallyEvent>({
  name: 'standings',
  version: 1,
  categories: ['tally'],
  events: tallyEvents,
  initialRow: { sum: 0 },
  on: {
    Counted({ sum: before, at }, { context: { stream, version }, data: { by } }) {
      const sum = before + by;
      const place = { key: groupKey(Math.abs(sum) % GROUPS), sort: padded(sum) };
      const counts = { key: countsKey(stream as StreamId), sort: padded(version), value: { by, sum } }; // of a recorded event
      const put = [{ ...place, value: { sum } }, counts];
      return change({ sum, at: place }, { put, remove: at === undefined ? [] : [at] });
    },
    Spoilt: cannotBeApplied,
  },
  queries: [
    defineQuery<undefined, z.infer<typeof inGroup>>({
      path: '/groups/{group}/tallies',
      meaning: 'The tallies of a group by their sums.',
      parameters: inGroup,
      list: ({ group, least }) => ({
        key: groupKey(group),
        ...(least !== undefined && { keep: (value) => (value as { sum: number }).sum >= least }), // put above
      }),
      answer: ({ entries, next }) => ({ tallies: entries.map(({ stream, value }) => [stream, value]), next }),
    }),
    defineQuery<Standing>({
      path: '/tallies/{id}/counts',
      meaning: 'Everything that was counted, the newest first.',
      asAt: true,
      stream: ({ id }) => tally(id),
      list: ({ id }) => ({ key: countsKey(tally(id)), descending: true, limit: 10, own: true }),
      answer: ({ row: { sum }, version, entries, next }) => ({
        sum,
        version,
        counts: entries.map(({ value }) => value),
        next,
      }),
    }),
    defineQuery<Standing, { readonly id: string; readonly with: string }>({
      path: '/tallies/{id}/beside',
      meaning: 'A tally beside others, comma-separated.',
      parameters: others,
      joins: (_, { with: ids }) => ids.split(',').map(tally),
      answer: ({ row: { sum }, joined }) => ({
        sum,
        others: Object.fromEntries([...joined].map(([stream, { row, version }]) => [stream, [row, version]])),
      }),
    }),
  ],
});

type Concordance = { readonly words: readonly string[] };

export const wordKey = (word: string): string => `word#${word}`;

/** The words of the last note of each tally. */
export const concordance = defineProjection<Concordance, TallyEvent>({
  name: 'concordance',
  version: 1,
  categories: ['tally'],
  events: tallyEvents,
  initialRow: { words: [] },
  on: {
    Noted({ words: before }, { data: { text } }) {
      const words = text.split(' ');
      const put = words.map((word) => ({ key: wordKey(word), sort: '', value: words.length }));
      return change({ words }, { put, remove: before.map((word) => ({ key: wordKey(word), sort: '' })) });
    },
    Spoilt: cannotBeApplied,
  },
  queries: [
    defineQuery<undefined, { readonly word: string }>({
      path: '/words/{word}/tallies',
      meaning: 'The tallies whose last note has a word.',
      list: ({ word }) => ({ key: wordKey(word) }),
      answer: ({ entries, next }) => ({ tallies: entries.map(({ stream }) => stream), next }),
    }),
  ],
});

/** A note of so many words that no other has unless it begins with the same. */
export const words = (count: number, first: string): DomainEvent =>
  noted(Array.from({ length: count }, (_, index) => `${first}${index}`).join(' '));

export const tallies: ContextCatalog = {
  name: 'tallies',
  aggregates: [
    defineAggregate({
      category: 'tally',
      collection: 'tallies',
      commands: tallyCommands,
      events: tallyEvents,
      decider,
    }),
  ],
  projections: [journal, standings, concordance],
};

export const tally = (id: string): StreamId => toStreamId('tally', id);
export const counted = (by: number): DomainEvent => ({ what: 'Counted', data: { by } });
export const noted = (text: string): DomainEvent => ({ what: 'Noted', data: { text } });
export const spoilt: DomainEvent = { what: 'Spoilt', data: {} };

export const NOW = '2026-11-20T12:11:04.123Z';

/** A clock that stands when everything that is recorded here is recorded. */
export const clock = (): Date => new Date(NOW);

/** Appends one commit, as a command would. `schemaVersion` 1 writes the old shape of `Counted`. */
export async function record(
  store: EventStore,
  stream: StreamId,
  events: readonly DomainEvent[],
  { schemaVersion = 2, recordedAt = NOW }: { readonly schemaVersion?: number; readonly recordedAt?: string } = {},
): Promise<void> {
  const { token } = await store.load(stream);
  const outcome = await store.append(token, {
    recordedAt,
    who: 'tester',
    why: { id: `command-${token.version + 1}`, what: 'test', when: recordedAt, who: 'tester' },
    correlationId: 'story',
    causationId: 'cause',
    events: events.map(({ what, data, effectiveAt = recordedAt }, index) => ({
      id: `${stream}-${token.version + 1 + index}`,
      what,
      data,
      effectiveAt,
      schemaVersion: what === 'Counted' ? schemaVersion : 1,
    })),
  });
  if (outcome.kind !== 'appended') throw new Error(`the test's append met a ${outcome.kind}`);
}

/** Command handling with a clock that stands, ids that count, and no waiting. */
export function handlingOn(store: EventStore): CommandHandling {
  const ids = Array.from(
    { length: 10_000 },
    (_, index) => `00000000-0000-7000-8000-${(index << 8).toString(16).padStart(12, '0')}`,
  ).values();
  return {
    store,
    cache: createStateCache(),
    clock,
    ids: () => ids.next().value ?? '',
    random: () => 0,
    sleep: async () => {},
  };
}
