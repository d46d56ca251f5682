/** How does a stream decide? From its folded state and a command, and from nothing else. */
import type * as z from 'zod/mini';
import type { DomainEvent } from '#shared/event/index.ts';
import type { Decision } from './decision.ts';

/**
 * The rules of one kind of stream, pure: no clock, no I/O, no randomness, no change of what is passed in.
 *
 * `decide` may be called again for the same command after a conflict, with a newer state. `stateSchema` describes the state
 * for snapshots: change the state's shape and old snapshots are no longer read. When `evolve` changes its meaning but not the
 * shape, raise `stateRevision`.
 */
export type Decider<State, Command, Event extends DomainEvent> = {
  readonly initialState: State;
  readonly decide: (command: Command, state: State) => Decision<Event>;
  readonly evolve: (state: State, event: Event) => State;
  readonly stateSchema: z.ZodMiniType<State>;
  readonly stateRevision?: number;
};

/** The state after the events, from the given state or the initial one. */
export const fold = <State, Command, Event extends DomainEvent>(
  decider: Decider<State, Command, Event>,
  events: readonly Event[],
  from: State = decider.initialState,
): State => events.reduce(decider.evolve, from);
