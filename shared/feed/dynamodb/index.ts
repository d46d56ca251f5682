export { createDynamoDbFeedLog } from './dynamodb-feed-log.ts';
export { createDynamoDbFeedSight, replaceBatch } from './dynamodb-feed-scanner.ts';
export { createDynamoDbFeedTable } from './dynamodb-feed-table.ts';
