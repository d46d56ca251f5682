/** A counter, so that what is measured is the kit's, not a rule's. An event may carry a memo, a state may carry ballast. */
import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { type AnyAggregate, accept, type CommandOf, type Decider, defineAggregate } from '#shared/aggregate/index.ts';
import type { EventOf } from '#shared/event/index.ts';

export const counterEvents = {
  Added: {
    meaning: 'The counter went up.',
    schema: z.object({ amount: z.int(), memo: z.optional(z.string()) }),
  },
};
type CounterEvent = EventOf<typeof counterEvents>;

/** What the event of a bare `Added` holds. */
export type Added = CounterEvent['data'];

const counterCommands = {
  add: {
    meaning: 'Record each of the additions; none changes nothing.',
    schema: z.object({ additions: z.array(counterEvents.Added.schema) }),
  },
};
type CounterCommand = CommandOf<typeof counterCommands>;

const counterState = z.object({ count: z.int(), total: z.int(), ballast: z.array(z.string()) });
export type CounterState = z.infer<typeof counterState>;

export const evolveCounter = (state: CounterState, { data }: Pick<CounterEvent, 'data'>): CounterState => ({
  ...state,
  count: state.count + 1,
  total: state.total + data.amount,
});

export const initialCounter: CounterState = { count: 0, total: 0, ballast: [] };

/** Counters whose state takes about so many bytes of JSON more: random ids, of which packing saves less than a half. */
export function countersWith(stateBytes: number): AnyAggregate {
  const ballast = Array.from({ length: Math.round(stateBytes / 39) }, () => randomUUID());
  const decider: Decider<CounterState, CounterCommand, CounterEvent> = {
    initialState: { ...initialCounter, ballast },
    decide: ({ data }) => accept(data.additions.map((added) => ({ what: 'Added', data: added }))),
    evolve: evolveCounter,
    stateSchema: counterState,
  };
  return defineAggregate({
    category: 'counter',
    collection: 'counters',
    commands: counterCommands,
    events: counterEvents,
    decider,
  });
}

export const counters: AnyAggregate = countersWith(0);

/** An addition of 1 whose data takes so many bytes of JSON; 0 is as few as can be. */
export function addition(bytes = 0): Added {
  const empty = Buffer.byteLength(JSON.stringify({ amount: 1, memo: '' }));
  return bytes <= empty ? { amount: 1 } : { amount: 1, memo: 'x'.repeat(bytes - empty) };
}
