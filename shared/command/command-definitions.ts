/** Which commands may be sent to a stream, and what must their data look like? */
import type * as z from 'zod/mini';

/** A request to change a stream, in the imperative. */
export type Command<What extends string = string, Data = unknown> = { readonly what: What; readonly data: Data };

/**
 * After a conflict, `retry` reloads and decides again, up to 8 times; `fail` answers the conflict to the caller, for commands
 * that somebody should look at again.
 */
type ConflictPolicy = 'retry' | 'fail';

export type CommandDefinition<Schema extends z.ZodMiniType = z.ZodMiniType> = {
  /** What is asked for, in a sentence for people. */
  readonly meaning: string;
  readonly schema: Schema;
  readonly onConflict?: ConflictPolicy;
};

export type CommandDefinitions = Readonly<Record<string, CommandDefinition>>;

/** The union of the commands that definitions describe. */
export type CommandOf<Definitions extends CommandDefinitions> = {
  [What in keyof Definitions & string]: Command<What, z.infer<Definitions[What]['schema']>>;
}[keyof Definitions & string];
