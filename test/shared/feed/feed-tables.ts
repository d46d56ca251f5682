/** A feed in a feed table and an events table in DynamoDB Local, new for every test. */
import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { inject } from 'vitest';
import { putAll } from '#shared/dynamodb/batches.ts';
import { createDocumentClient } from '#shared/dynamodb/client.ts';
import type { Commit } from '#shared/event-store/commit.ts';
import { createDynamoDbFeedLog } from '#shared/feed/dynamodb/dynamodb-feed-log.ts';
import { createDynamoDbFeedTable } from '#shared/feed/dynamodb/dynamodb-feed-table.ts';
import { keyedTable } from '../../support/keyed-table.ts';
import { type FeedUnderTest, itemOf } from './feed-harness.ts';

export type FeedTables = FeedUnderTest & {
  readonly client: ReturnType<typeof localClient>;
  readonly eventsTable: string;
  readonly feedTable: string;
};

/** A client of DynamoDB Local, which takes any region and any credentials. */
export function localClient() {
  process.env.AWS_REGION ??= 'us-east-1';
  process.env.AWS_ACCESS_KEY_ID ??= 'local';
  process.env.AWS_SECRET_ACCESS_KEY ??= 'local';
  return createDocumentClient(inject('dynamodbEndpoint'));
}

export async function dynamoDbFeed(prefix: string): Promise<FeedTables> {
  const client = localClient();
  const made = randomUUID();
  const eventsTable = `${prefix}-${made}-events`;
  const feedTable = `${prefix}-${made}-feed`;
  await createTables(eventsTable, feedTable);
  return {
    client,
    eventsTable,
    feedTable,
    table: createDynamoDbFeedTable({ client, table: feedTable }),
    log: createDynamoDbFeedLog({ client, table: eventsTable }),
    record: (commits) => recordIn(client, eventsTable, commits),
  };
}

/** By a client that waits as long as it takes: one that asks twice is told that the table is there. */
export async function createTables(eventsTable: string, feedTable: string): Promise<void> {
  const patient = new DynamoDBClient({ endpoint: inject('dynamodbEndpoint') });
  await Promise.all([
    patient.send(keyedTable(eventsTable, 'stream', 'version')),
    patient.send(keyedTable(feedTable, 'partition', 'position')),
  ]);
  patient.destroy();
}

/** Puts commits into an events table as the store does. */
export async function recordIn(
  client: ReturnType<typeof localClient>,
  table: string,
  commits: readonly Commit[],
): Promise<void> {
  await putAll(client, table, [...new Set(commits)].map(itemOf));
}
