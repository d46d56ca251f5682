/** What is measured with? A counter, so that what is paid is the kit's, not a rule's. */
import * as z from 'zod/mini';
import { accept, type CommandOf, type Decider, defineAggregate } from '#shared/aggregate/index.ts';
import type { EventOf } from '#shared/event/index.ts';

export const counterEvents = {
  Added: { meaning: 'The counter went up.', schema: z.object({ amount: z.int() }) },
};
type CounterEvent = EventOf<typeof counterEvents>;

const counterCommands = {
  add: {
    meaning: 'Record one event for each amount; none changes nothing.',
    schema: z.object({ amounts: z.array(z.int()) }),
  },
};
type CounterCommand = CommandOf<typeof counterCommands>;

const counterState = z.object({ count: z.int(), total: z.int() });
export type CounterState = z.infer<typeof counterState>;

export const counter: Decider<CounterState, CounterCommand, CounterEvent> = {
  initialState: { count: 0, total: 0 },
  decide: ({ data }) => accept(data.amounts.map((amount) => ({ what: 'Added', data: { amount } }))),
  evolve: ({ count, total }, { data }) => ({ count: count + 1, total: total + data.amount }),
  stateSchema: counterState,
};

export const counters = defineAggregate({
  category: 'counter',
  collection: 'counters',
  commands: counterCommands,
  events: counterEvents,
  decider: counter,
});
