export type { Cause, DomainEvent, RecordedEvent, StoredEvent } from './event.ts';
export {
  definitionOf,
  type EventDefinition,
  type EventDefinitions,
  type EventOf,
  newestSchemaVersion,
  type Upcaster,
  upcast,
} from './event-definitions.ts';
export { isKitError, KitError, type KitErrorCode } from './kit-error.ts';
