export {
  type CommandRecord,
  type Commit,
  commandRecord,
  lastVersion,
  type NewCommit,
  recordedEvents,
  type Snapshot,
} from './commit.ts';
export { type CommitItem, itemBytes, MAXIMUM_ITEM_BYTES, snapshotFits } from './commit-item.ts';
export type { Append, AppendOutcome, EventPage, EventStore, LoadedStream, UniqueChange } from './event-store.ts';
export { createInMemoryEventStore, createInMemoryTable } from './in-memory/in-memory-event-store.ts';
export { type PackedText, packText, unpackText } from './packed-text.ts';
export { type SinceSnapshot, snapshotDue, snapshotSchemaOf } from './snapshot.ts';
export type { StreamToken } from './stream-token.ts';
