/** A table like those of the projections, in the DynamoDB Local of the test run. */
import { randomUUID } from 'node:crypto';
import { CreateTableCommand, ResourceInUseException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { QUERY_TABLE } from '#shared/dynamodb/index.ts';

/** Its name. */
export async function createQueryTable(client: DynamoDBDocumentClient): Promise<string> {
  const TableName = `rows-${randomUUID()}`;
  const { partitionKey, sortKey } = QUERY_TABLE;
  const create = new CreateTableCommand({
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [partitionKey, sortKey].map(({ name, type }) => ({
      AttributeName: name,
      AttributeType: type,
    })),
    KeySchema: [
      { AttributeName: partitionKey.name, KeyType: 'HASH' },
      { AttributeName: sortKey.name, KeyType: 'RANGE' },
    ],
  });
  try {
    await client.send(create);
  } catch (error) {
    // The client has repeated a request whose answer took too long.
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  return TableName;
}
