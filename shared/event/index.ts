export type { Cause, DomainEvent, RecordedEvent, StoredEvent } from './event.ts';
export { definitionOf, type EventDefinitions, type EventOf, newestSchemaVersion, upcast } from './event-definitions.ts';
export { isKitError, KitError } from './kit-error.ts';
