/** A table like those of the projections, in the DynamoDB Local of the test run. */
import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { QUERY_TABLE } from '#shared/dynamodb/index.ts';

/** A client like that of the functions that waits for a busy machine: a request that is sent again may find its own write. */
export function patientClient(endpoint: string): DynamoDBDocumentClient {
  const client = new DynamoDBClient({ endpoint, maxAttempts: 3, requestHandler: { requestTimeout: 60_000 } });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

/** Its name. */
export async function createQueryTable(
  client: DynamoDBDocumentClient,
  TableName = `rows-${randomUUID()}`,
): Promise<string> {
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
  await client.send(create);
  return TableName;
}
