/** A table like those of the projections, in the DynamoDB Local of the test run. */
import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type COMMANDS_TABLE, QUERY_TABLE } from '#shared/dynamodb/index.ts';

/** A client like that of the functions that waits for a busy machine: a request that is sent again may find its own write. */
export function patientClient(endpoint: string): DynamoDBDocumentClient {
  const client = new DynamoDBClient({ endpoint, maxAttempts: 3, requestHandler: { requestTimeout: 60_000 } });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

/** Its name. */
export const createQueryTable = (client: DynamoDBDocumentClient, TableName = `rows-${randomUUID()}`): Promise<string> =>
  createTableOf(client, QUERY_TABLE, TableName);

/** A table of a kind whose keys are both texts; its name. */
export async function createTableOf(
  client: DynamoDBDocumentClient,
  { partitionKey, sortKey }: typeof QUERY_TABLE | typeof COMMANDS_TABLE,
  TableName: string,
): Promise<string> {
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
