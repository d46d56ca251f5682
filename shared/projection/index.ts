export { answerQuery, type Consistency } from './answer-query.ts';
export { catchUp, createRowCache, type ProjectionPorts } from './catch-up.ts';
export { createInMemoryQueryTable } from './in-memory/in-memory-query-table.ts';
export { allParked, parkStream, redriveStream } from './parking.ts';
export { type AnyProjection, change, defineProjection, project } from './projection.ts';
export { type AnyQuery, defineQuery, type Found, pathParameters } from './query.ts';
export { type EntryPage, entryPosition, type ListRange, type QueryTable, type StoredRow } from './query-table.ts';
export { type Hint, type HintFeed, type Lag, lagOf, reconcile } from './reconciling.ts';
