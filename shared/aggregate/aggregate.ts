/** One kind of stream: its names, what can be asked of it, what can happen to it, and how it decides. */
import type * as z from 'zod/mini';
import type { DomainEvent, EventDefinitions } from '#shared/event/index.ts';
import type { Decider } from './decider.ts';
import type { Fault } from './input-check.ts';

type Aggregate<State, C extends Command, E extends DomainEvent> = {
  /** First part of its streams' names, in the singular: `account`. */
  readonly category: string;
  /** First part of its paths, in the plural: `accounts`. */
  readonly collection: string;
  readonly commands: CommandDefinitions;
  readonly events: EventDefinitions;
  readonly decider: Decider<State, C, E>;
  /** A stream is one story: all its commits have the correlation of the first, whatever the callers say. */
  readonly isOneStory?: boolean;
};

/** An aggregate whose own types are behind it: the kit hands it only what its own schemas let through. */
export type AnyAggregate = Aggregate<unknown, Command, DomainEvent>;

export const defineAggregate = <State, C extends Command, E extends DomainEvent>(
  aggregate: Aggregate<State, C, E>,
): AnyAggregate => aggregate as unknown as AnyAggregate; // see AnyAggregate

/** A request to change a stream, in the imperative. */
export type Command<What extends string = string, Data = unknown> = { readonly what: What; readonly data: Data };

/**
 * After a conflict, `retry` reloads and decides again, up to 8 times; `fail` answers the conflict to the caller, for commands
 * that somebody should look at again; `until-out-of-time` decides again for as long as the caller waits, for commands that no
 * rule refuses: they never end in a conflict.
 */
type ConflictPolicy = 'retry' | 'fail' | 'until-out-of-time';

/** `faultsAt` and `answer` are pure, and are handed only data that the schema of their own command let through. */
export type CommandDefinition<Schema extends z.ZodMiniType = z.ZodMiniType> = {
  /** What is asked for, in a sentence for people. */
  readonly meaning: string;
  readonly schema: Schema;
  /** The last part of its path; its name when it is left out. */
  readonly path?: string;
  readonly onConflict?: ConflictPolicy;
  /** Sent by processes alone: there is no route. */
  readonly isInternal?: boolean;
  /** What is wrong with the data by the time at which it came in. A repeat of a command that committed is not looked at again. */
  faultsAt?(data: z.infer<Schema>, receivedAt: Date): readonly Fault[];
  /** What is answered instead of the events that were recorded, none when the command changed nothing; a repeat is answered the same. */
  answer?(data: z.infer<Schema>, events: readonly { readonly what: string }[]): Readonly<Record<string, unknown>>;
};

export type CommandDefinitions = Readonly<Record<string, CommandDefinition>>;

/** The union of the commands that definitions describe. */
export type CommandOf<Definitions extends CommandDefinitions> = {
  [What in keyof Definitions & string]: Command<What, z.infer<Definitions[What]['schema']>>;
}[keyof Definitions & string];
