/** Which context do the kit's own tests use? Tallies, whose row tells the exact order in which its events were applied. */
import * as z from 'zod/mini';
import { accept, type CommandOf, type Decider, defineAggregate, reject } from '#shared/aggregate/index.ts';
import type { ContextCatalog } from '#shared/catalog/index.ts';
import { type CommandHandling, createStateCache } from '#shared/command/index.ts';
import { type DomainEvent, type EventOf, type StreamId, toStreamId } from '#shared/event/index.ts';
import type { EventStore } from '#shared/event-store/index.ts';
import { defineProjection, defineQuery } from '#shared/projection/index.ts';

export const tallyEvents = {
  Counted: {
    meaning: 'Something was counted; version 1 called the number `n`.',
    schema: z.object({ by: z.number() }),
    upcasters: [(data: unknown) => ({ by: (data as { n: number }).n })], // as version 1 was
  },
  Noted: { meaning: 'Something was noted; no projection handles it.', schema: z.object({ text: z.string() }) },
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
    Spoilt: () => {
      throw new Error('this event cannot be applied');
    },
  },
  queries: [
    defineQuery<Journal>({
      path: '/tallies/{id}',
      meaning: 'The sum of a tally.',
      answer: ({ row: { sum }, version }, { id }) => ({ id, sum, version }),
    }),
  ],
});

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
  projections: [journal],
};

export const tally = (id: string): StreamId => toStreamId('tally', id);
export const counted = (by: number): DomainEvent => ({ what: 'Counted', data: { by } });
export const noted = (text: string): DomainEvent => ({ what: 'Noted', data: { text } });
export const spoilt: DomainEvent = { what: 'Spoilt', data: {} };

const NOW = '2026-11-20T12:11:04.123Z';

/** Appends one commit, as a command would. `schemaVersion` 1 writes the old shape of `Counted`. */
export async function record(
  store: EventStore,
  stream: StreamId,
  events: readonly DomainEvent[],
  { schemaVersion = 2 }: { readonly schemaVersion?: number } = {},
): Promise<void> {
  const { token } = await store.load(stream);
  const outcome = await store.append(token, {
    recordedAt: NOW,
    who: 'tester',
    why: { id: `command-${token.version + 1}`, what: 'test', when: NOW, who: 'tester' },
    correlationId: 'story',
    causationId: 'cause',
    events: events.map(({ what, data, effectiveAt = NOW }, index) => ({
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
    clock: () => new Date(NOW),
    ids: () => ids.next().value ?? '',
    random: () => 0,
    sleep: async () => {},
  };
}
