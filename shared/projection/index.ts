export { answerAsAt, answerTimeline, type LogAnswer } from './answer-from-log.ts';
export { answerQuery, type Consistency, type QueryAnswer } from './answer-query.ts';
export { catchUp, createRowCache, type ProjectionPorts } from './catch-up.ts';
export { type Comparison, compareVersions, compareWithLog, type LogComparison } from './comparing.ts';
export { createInMemoryProjectionVersions } from './in-memory/in-memory-projection-versions.ts';
export { createInMemoryQueryTable } from './in-memory/in-memory-query-table.ts';
export { allParked, assertNotParked, parkStream, redriveStream } from './parking.ts';
export { type AnyProjection, change, defineProjection, type Follower, project } from './projection.ts';
export {
  ACTIVE_FOR_MS,
  type ActiveVersion,
  activateVersion,
  type ListedVersion,
  listedVersion,
  type ProjectionVersions,
  recordFirstActive,
  versionForLists,
} from './projection-versions.ts';
export { type AnyQuery, defineQuery, type Found, pathParameters } from './query.ts';
export {
  type EntryChanges,
  type EntryKey,
  type EntryPage,
  entryPosition,
  type ListRange,
  type QueryTable,
  type StoredRow,
} from './query-table.ts';
export { fillingOf, fillVersion, followFeed, type RebuildPorts } from './rebuilding.ts';
export { type Hint, type HintFeed, type Lag, lagOf, reconcile } from './reconciling.ts';
export { type AnyTimeline, type AnyTimelineQuery, defineTimeline, defineTimelineQuery } from './timeline.ts';
