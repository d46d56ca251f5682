export {
  type CommandRecord,
  type Commit,
  commandRecord,
  lastVersion,
  type NewCommit,
  recordedEvents,
  type Snapshot,
} from './commit.ts';
export { type CommitItem, snapshotFits, toCommit } from './commit-item.ts';
export { reachedVersion } from './contiguity.ts';
export type {
  Append,
  AppendOutcome,
  EventPage,
  EventStore,
  LoadedStream,
  SnapshotWish,
  UniqueChange,
} from './event-store.ts';
export {
  createInMemoryEventStore,
  createInMemoryTable,
  type InMemoryTable,
} from './in-memory/in-memory-event-store.ts';
export { createInMemoryRowStore } from './in-memory/in-memory-row-store.ts';
export type { RowStore, StoredRow } from './row-store.ts';
export type { StreamSlice } from './slice.ts';
export { type SinceSnapshot, snapshotDue } from './snapshot-policy.ts';
