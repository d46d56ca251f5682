export {
  type CommandRecord,
  type Commit,
  commandRecord,
  lastVersion,
  type NewCommit,
  recordedEvents,
  type Snapshot,
} from './commit.ts';
export { type CommitItem, snapshotFits, storedCommit } from './commit-item.ts';
export type { Append, AppendOutcome, EventPage, EventStore, LoadedStream, UniqueChange } from './event-store.ts';
export { createInMemoryEventStore, createInMemoryTable } from './in-memory/in-memory-event-store.ts';
export { packText, unpackText } from './packed-text.ts';
export { type SinceSnapshot, snapshotDue, snapshotSchemaOf } from './snapshot.ts';
export type { StreamToken } from './stream-token.ts';
