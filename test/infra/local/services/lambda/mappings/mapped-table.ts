/** A table of the real DynamoDB Local and a mapping that brings its changes to a plain function, for tests. */
import { randomUUID } from 'node:crypto';
import { type AttributeValue, CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { inject, onTestFinished } from 'vitest';
import type { InvocationResult } from '../../../../../../infra/local/services/lambda/lambda-function.ts';
import type { StreamSource } from '../../../../../../infra/local/services/lambda/mappings/dynamodb-stream.ts';
import type { StreamMappingDefinition } from '../../../../../../infra/local/services/lambda/mappings/mapping-definitions.ts';
import { startStreamMapping } from '../../../../../../infra/local/services/lambda/mappings/table-stream-mapping.ts';
import { PATIENT } from './patient-mapping.ts';
import { functionOf, recordedLog } from './plain-functions.ts';

export type StreamRecord = {
  eventName: string;
  eventSourceARN: string;
  dynamodb: { SequenceNumber: string; Keys: { id: { S: string } }; NewImage?: Record<string, AttributeValue> };
};
export type Event = { Records: StreamRecord[] };

const clientOf = (endpoint: string) =>
  new DynamoDBClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
export const endpoint = inject('dynamodbEndpoint');
export const dynamodb = clientOf(endpoint);

export async function createTable(tableName: string, client = dynamodb): Promise<string> {
  const { TableDescription } = await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  return TableDescription?.LatestStreamArn ?? '';
}

export async function aTable() {
  const tableName = `mapped-${randomUUID()}`;
  const streamArn = await createTable(tableName);
  const put = async (...ids: string[]) => {
    for (const id of ids) await dynamodb.send(new PutItemCommand({ TableName: tableName, Item: { id: { S: id } } }));
  };
  return { tableName, streamArn, put };
}

export function mapped(
  table: { tableName: string; streamArn: string },
  invoke: (event: Event) => InvocationResult | Promise<InvocationResult>,
  changes: Partial<StreamMappingDefinition> = {},
  source?: StreamSource,
) {
  const target = functionOf((event) => invoke(event as Event));
  const { log, lines } = recordedLog();
  const definition: StreamMappingDefinition = {
    ...PATIENT,
    sourceArn: sourceArn(table.tableName),
    ...table,
    target,
    batchSize: 100,
    dynamodbEndpoint: endpoint,
    ...changes,
  };
  const mapping = startStreamMapping(definition, log, source);
  onTestFinished(() => mapping.stop());
  return { mapping, lines, target, seen: () => target.events.flatMap(ids) };
}

/** The stream as a template of another account and region names it. */
export const sourceArn = (tableName: string) =>
  `arn:aws:dynamodb:eu-central-1:111122223333:table/${tableName}/stream/local`;

export const ids = (event: unknown) => (event as Event).Records.map(({ dynamodb: { Keys } }) => Keys.id.S);
