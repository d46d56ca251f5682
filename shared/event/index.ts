export { type BoundedCache, createBoundedCache } from './bounded-cache.ts';
export type { Cause, DomainEvent, RecordedEvent, StoredEvent } from './event.ts';
export { definitionOf, type EventDefinitions, type EventOf, newestSchemaVersion, upcast } from './event-definitions.ts';
export { jsonDigest } from './json-digest.ts';
export { assertInTime, isKitError, KitError } from './kit-error.ts';
export { categoryOf, isCategory, isId, parseStreamId, type StreamId, toStreamId } from './stream-id.ts';
export { asAt, asOf, type HistoryEvent, inEffectiveOrder, type SupposedEvent, whatIf } from './two-clocks.ts';
