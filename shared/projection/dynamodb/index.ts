export { createDynamoDbRowStore, createDynamoDbRowStores } from './dynamodb-row-store.ts';
