export { createDynamoDbCommandLog } from './dynamodb-command-log.ts';
