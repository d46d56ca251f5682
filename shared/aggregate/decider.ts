/** A stream decides from its folded state and a command, and from nothing else. */
import type * as z from 'zod/mini';
import type { DomainEvent } from '#shared/event/index.ts';

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

/** A value that only one stream may hold at a time, such as a name; compared as it is given here. */
export type UniqueValue = { readonly name: string; readonly value: string };

export type Accepted<Event extends DomainEvent> = {
  readonly kind: 'accepted';
  readonly events: readonly Event[];
  /** Taken together with the commit; `refusal` is the answer when another stream holds one of them. */
  readonly claims: readonly { readonly unique: UniqueValue; readonly refusal: Rejection }[];
  readonly releases: readonly UniqueValue[];
};

/** A refusal by a rule: a code in kebab case, a sentence for people, and the rule's own fields. */
export type Rejection = {
  readonly kind: 'rejected';
  readonly code: string;
  readonly detail: string;
  readonly fields: Readonly<Record<string, unknown>>;
};

export type Decision<Event extends DomainEvent> = Accepted<Event> | Rejection;

/** Records the events, all or none, in this order. No events: the command changes nothing. */
export const accept = <Event extends DomainEvent>(
  events: readonly Event[],
  unique: Partial<Pick<Accepted<Event>, 'claims' | 'releases'>> = {},
): Accepted<Event> => ({ kind: 'accepted', events, claims: unique.claims ?? [], releases: unique.releases ?? [] });

export const reject = (code: string, detail: string, fields: Readonly<Record<string, unknown>> = {}): Rejection => ({
  kind: 'rejected',
  code,
  detail,
  fields,
});

export const unique = (name: string, value: string): UniqueValue => ({ name, value });
