export { createDynamoDbQueryTable } from './dynamodb-query-table.ts';
