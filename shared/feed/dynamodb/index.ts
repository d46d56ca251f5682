export { createDynamoDbFeedLog, createDynamoDbLogScanner } from './dynamodb-feed-log.ts';
export { createDynamoDbFeedTable } from './dynamodb-feed-table.ts';
