export { createDynamoDbEventStore } from './dynamodb-event-store.ts';
export { commitQueries } from './stream-queries.ts';
