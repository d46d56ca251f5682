export {
  type CommandRecord,
  type Commit,
  commandRecord,
  lastVersion,
  type NewCommit,
  recordedEvents,
  type Snapshot,
} from './commit.ts';
export { type CommitItem, snapshotFits } from './commit-item.ts';
export type { Append, AppendOutcome, EventPage, EventStore, LoadedStream, UniqueChange } from './event-store.ts';
export type { FeedCursor, FeedOutcome, FeedReader, FeedWriter } from './feed.ts';
export { inNewestShape, storedCommit } from './feed-batch.ts';
export type { FeedDamage } from './feed-damage.ts';
export type { FeedSight } from './feed-picture.ts';
export { cursorText, parseCursor, positionedEvents, positionText } from './feed-position.ts';
export { createFeedReader } from './feed-reader.ts';
export { repairFeed } from './feed-repair.ts';
export { type FeedVerdict, verifyFeed } from './feed-verify.ts';
export { createFeedWriter } from './feed-writer.ts';
export { createInMemoryEventStore, createInMemoryTable } from './in-memory/in-memory-event-store.ts';
export { createInMemoryFeedTable } from './in-memory/in-memory-feed-table.ts';
export { createInMemoryRowStore } from './in-memory/in-memory-row-store.ts';
export { jsonDigest } from './json-digest.ts';
export type { RowStore, StoredRow } from './row-store.ts';
export type { StreamSlice } from './slice.ts';
export { type SinceSnapshot, snapshotDue } from './snapshot-policy.ts';
