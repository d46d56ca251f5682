/** A DynamoDB Local of the bench's own, with tables as the stacks make them but without streams. */
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createDocumentClient, type TableKind } from '#shared/dynamodb/index.ts';
import { LOCAL_REGION } from '../../infra/local/engine/place.ts';
import { databaseClient, LOCAL_CREDENTIALS } from '../../infra/local/services/dynamodb/database.ts';
import { startDynamoDbLocal } from '../../infra/local/services/dynamodb/dynamodb-local.ts';

export type BenchDatabase = AsyncDisposable & {
  readonly endpoint: string;
  /** Makes a table of a kind and gives its name. */
  table(kind: TableKind, name: string): Promise<string>;
};

/** The kit's clients find region and credentials in the environment, as in a function. */
export async function startBenchDatabase(): Promise<BenchDatabase> {
  process.env.AWS_REGION = LOCAL_REGION;
  process.env.AWS_ACCESS_KEY_ID = LOCAL_CREDENTIALS.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = LOCAL_CREDENTIALS.secretAccessKey;
  const { endpoint, stop } = await startDynamoDbLocal();
  const client = databaseClient(endpoint);
  return {
    endpoint,
    async table({ partitionKey, sortKey }, TableName) {
      const keys = sortKey === undefined ? [partitionKey] : [partitionKey, sortKey];
      await client.send(
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: keys.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
          KeySchema: keys.map(({ name }, index) => ({ AttributeName: name, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
        }),
      );
      return TableName;
    },
    async [Symbol.asyncDispose]() {
      client.destroy();
      await stop();
    },
  };
}

/** The client that functions use. */
export const kitClient = (endpoint: string): DynamoDBDocumentClient => createDocumentClient(endpoint);

/** With the SDK's own options throughout. */
export const bareClient = (endpoint: string): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(databaseClient(endpoint));
