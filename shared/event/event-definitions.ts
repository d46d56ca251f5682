/** Which events may a context record, what do they mean, and how are old shapes of them read? */
import type * as z from 'zod/mini';
import type { DomainEvent, StoredEvent } from './event.ts';
import { KitError } from './kit-error.ts';

/** Lifts the data of one schema version to the next; pure, and kept for as long as the log holds the old version. */
export type Upcaster = (data: unknown) => unknown;

export type EventDefinition<Schema extends z.ZodMiniType = z.ZodMiniType> = {
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

/** The definition of a type of event. Throws `unknown-event` when there is none. */
export function definitionOf(definitions: EventDefinitions, what: string): EventDefinition {
  const definition = Object.hasOwn(definitions, what) ? definitions[what] : undefined;
  if (definition === undefined) throw unknownEvent(what, 'any');
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
  const newest = newestSchemaVersion(definitionOf(definitions, event.what));
  if (event.schemaVersion === newest) return event;
  if (!(event.schemaVersion >= 1 && event.schemaVersion < newest)) throw unknownEvent(event.what, event.schemaVersion);
  const upcasters = definitionOf(definitions, event.what).upcasters ?? [];
  const data = upcasters.slice(event.schemaVersion - 1).reduce((older, lift) => lift(older), event.data);
  return { ...event, data, schemaVersion: newest };
}

const unknownEvent = (what: string, version: number | string) =>
  new KitError('unknown-event', `This code does not know the event ${what}, schema version ${version}.`);
