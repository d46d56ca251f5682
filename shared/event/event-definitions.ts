/** The events that a context may record, what they mean, and how old shapes of them are read. */
import type * as z from 'zod/mini';
import type { DomainEvent, StoredEvent } from './event.ts';
import { KitError } from './kit-error.ts';

/** Lifts the data of one schema version to the next; pure, and kept for as long as the log holds the old version. */
type Upcaster = (data: unknown) => unknown;

type EventDefinition<Schema extends z.ZodMiniType = z.ZodMiniType> = {
  /** What happened, in a sentence for people. */
  readonly meaning: string;
  /** The data of the newest version. */
  readonly schema: Schema;
  /** The first lifts version 1 to 2, the next 2 to 3, and so on. The newest version is one more than there are. */
  readonly upcasters?: readonly Upcaster[];
};

export type EventDefinitions = Readonly<Record<string, EventDefinition>>;

/** The union of the events that definitions describe. */
export type EventOf<Definitions extends EventDefinitions> = {
  [What in keyof Definitions & string]: DomainEvent<What, z.infer<Definitions[What]['schema']>>;
}[keyof Definitions & string];

export const newestSchemaVersion = (definition: EventDefinition): number => (definition.upcasters?.length ?? 0) + 1;

/** The definition of a type of event, to record one of it. Throws `unknown-event` when there is none. */
export function definitionOf(definitions: EventDefinitions, what: string): EventDefinition {
  const definition = find(definitions, what);
  if (definition === undefined) throw new KitError('unknown-event', `This code does not define the event ${what}.`);
  return definition;
}

/**
 * A stored event in the newest shape of its type.
 *
 * Throws `unknown-event`, naming type and version, when the code knows no such type or only older versions of it: an event
 * is never skipped and never read in a shape it does not have.
 */
export function upcast<E extends Pick<StoredEvent, 'what' | 'data' | 'schemaVersion'>>(
  definitions: EventDefinitions,
  event: E,
): E {
  const { what, schemaVersion } = event;
  const definition = find(definitions, what);
  const newest = definition === undefined ? 0 : newestSchemaVersion(definition);
  if (!Number.isInteger(schemaVersion) || schemaVersion < 1 || schemaVersion > newest) {
    throw new KitError(
      'unknown-event',
      `This code does not know the event ${what} in schema version ${schemaVersion}; ${newest === 0 ? 'it knows no event of that name' : `the newest that it knows is ${newest}`}. Run the code that recorded it, or a newer one.`,
    );
  }
  if (schemaVersion === newest) return event;
  const upcasters = definition?.upcasters?.slice(schemaVersion - 1) ?? [];
  return { ...event, data: upcasters.reduce((older, lift) => lift(older), event.data), schemaVersion: newest };
}

const find = (definitions: EventDefinitions, what: string): EventDefinition | undefined =>
  Object.hasOwn(definitions, what) ? definitions[what] : undefined;
