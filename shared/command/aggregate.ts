/** What makes up one kind of stream? */
import type { Decider } from '#shared/decider/index.ts';
import type { DomainEvent, EventDefinitions } from '#shared/event/index.ts';
import type { Command, CommandDefinitions } from './command-definitions.ts';

type Aggregate<State, C extends Command, E extends DomainEvent> = {
  /** First part of its streams' names, in the singular: `account`. */
  readonly category: string;
  /** First part of its paths, in the plural: `accounts`. */
  readonly collection: string;
  readonly commands: CommandDefinitions;
  readonly events: EventDefinitions;
  readonly decider: Decider<State, C, E>;
};

/** An aggregate whose own types are behind it: the kit hands it only what its own schemas let through. */
export type AnyAggregate = Aggregate<unknown, Command, DomainEvent>;

export const defineAggregate = <State, C extends Command, E extends DomainEvent>(
  aggregate: Aggregate<State, C, E>,
): AnyAggregate => aggregate as unknown as AnyAggregate; // see AnyAggregate
