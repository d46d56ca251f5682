export { createDocumentClient } from './client.ts';
export { createDynamoDbEventStore, type DynamoDbEventStoreOptions } from './dynamodb-event-store.ts';
export { createDynamoDbFeedLog } from './dynamodb-feed-log.ts';
export { createDynamoDbFeedSight, type DynamoDbFeedSightOptions, replaceBatch } from './dynamodb-feed-sight.ts';
export { createDynamoDbFeedTable, type DynamoDbFeedTableOptions } from './dynamodb-feed-table.ts';
export { createDynamoDbRowStore, createDynamoDbRowStores, type DynamoDbRowStoreOptions } from './dynamodb-row-store.ts';
