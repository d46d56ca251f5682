export { createDocumentClient } from './client.ts';
export { createDynamoDbEventStore } from './dynamodb-event-store.ts';
export { createDynamoDbFeedLog } from './dynamodb-feed-log.ts';
export { createDynamoDbFeedSight, replaceBatch } from './dynamodb-feed-sight.ts';
export { createDynamoDbFeedTable } from './dynamodb-feed-table.ts';
export { createDynamoDbRowStore, createDynamoDbRowStores } from './dynamodb-row-store.ts';
