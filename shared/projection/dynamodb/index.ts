export { createDynamoDbProjectionVersions } from './dynamodb-projection-versions.ts';
export { createDynamoDbQueryTable } from './dynamodb-query-table.ts';
