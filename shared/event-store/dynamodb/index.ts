export { createDynamoDbEventStore } from './dynamodb-event-store.ts';
export { createDynamoDbLogSegments } from './dynamodb-log-segments.ts';
export { commitQueries } from './stream-queries.ts';
