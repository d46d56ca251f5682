export type { FeedCursor, FeedOutcome, FeedReader, FeedWriter } from './feed.ts';
export { inNewestShape } from './feed-batch.ts';
export { cursorText, parseCursor, positionedEvents, positionText } from './feed-position.ts';
export { createFeedReader } from './feed-reader.ts';
export { createFeedWriter } from './feed-writer.ts';
export { createInMemoryFeedTable } from './in-memory/in-memory-feed-table.ts';
