/** An events table of a test's own, in the DynamoDB Local of the test run. */
import { randomUUID } from 'node:crypto';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createDocumentClient } from '#shared/dynamodb/index.ts';
import { keyedTable } from './keyed-table.ts';

type EventsTable = { readonly client: DynamoDBDocumentClient; readonly table: string };

/** DynamoDB Local asks for credentials and a region and takes any. */
function useLocalCredentials(): void {
  process.env.AWS_ACCESS_KEY_ID ??= 'local';
  process.env.AWS_SECRET_ACCESS_KEY ??= 'local';
  process.env.AWS_REGION ??= 'eu-central-1';
}

export async function createEventsTable(endpoint: string): Promise<EventsTable> {
  useLocalCredentials();
  const client = createDocumentClient(endpoint);
  const table = `store-${randomUUID()}`;
  await client.send(keyedTable(table, 'stream', 'version'));
  return { client, table };
}
