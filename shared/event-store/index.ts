export {
  type CommandRecord,
  type Commit,
  commandRecord,
  eventIdAt,
  lastVersion,
  type NewCommit,
  recordedEvents,
  type Snapshot,
} from './commit.ts';
export { type CommitItem, storedCommit } from './commit-item.ts';
export type {
  Append,
  AppendedStream,
  AppendOutcome,
  EventPage,
  EventStore,
  LoadedStream,
  StreamToken,
  UniqueChange,
} from './event-store.ts';
export { itemBytes, MAXIMUM_ITEM_BYTES } from './fitting-item.ts';
export { createInMemoryEventStore, createInMemoryTable } from './in-memory/in-memory-event-store.ts';
export type { LogSegments, SegmentPage } from './log-segments.ts';
export { type PackedText, packText, unpackText } from './packed-text.ts';
export { type SinceSnapshot, snapshotDue, snapshotSchemaOf } from './snapshot.ts';
