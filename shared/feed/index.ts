export { fedRange } from './fed-range.ts';
export type { FedCommit, FeedCursor, FeedLog, FeedOutcome, FeedPlace, FeedReader, FeedWriter } from './feed.ts';
export { inNewestShape, readCommit } from './feed-batch.ts';
export { cursorText, parseCursor, parsePositions, positionedEvents, positionText } from './feed-position.ts';
export { createFeedReader } from './feed-reader.ts';
export type { FeedTable, ParkedStream } from './feed-table.ts';
export { createFeedWriter } from './feed-writer.ts';
export { createInMemoryFeedTable } from './in-memory/in-memory-feed-table.ts';
