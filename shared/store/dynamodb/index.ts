export { createDocumentClient } from './client.ts';
export { createDynamoDbEventStore, type DynamoDbEventStoreOptions } from './dynamodb-event-store.ts';
export { createDynamoDbRowStore, createDynamoDbRowStores, type DynamoDbRowStoreOptions } from './dynamodb-row-store.ts';
