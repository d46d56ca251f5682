/** How are the whole log, the whole feed and its index read? By parallel scans, and each partition from its beginning. */
import {
  type DynamoDBDocumentClient,
  PutCommand,
  QueryCommand,
  ScanCommand,
  type ScanCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { orUnavailable } from '#shared/dynamodb/index.ts';
import { type CommitItem, storedCommit } from '#shared/event-store/index.ts';
import type { FeedSight } from '../audit/feed-inventory.ts';
import type { FeedBatch } from '../feed-table.ts';
import { createDynamoDbFeedLog } from './dynamodb-feed-log.ts';
import { INDEX, toBatch, toEntry } from './dynamodb-feed-table.ts';

type DynamoDbFeedSightOptions = {
  readonly client: DynamoDBDocumentClient;
  readonly eventsTable: string;
  readonly feedTable: string;
};

/** Enough to keep a laptop busy; each segment is one request at a time. */
const SEGMENTS = 4;

type Page = { readonly Items?: Record<string, unknown>[]; readonly LastEvaluatedKey?: Record<string, unknown> };

export function createDynamoDbFeedSight({ client, eventsTable, feedTable }: DynamoDbFeedSightOptions): FeedSight {
  const scan = (input: ScanCommandInput, each: (items: Record<string, unknown>[]) => void) =>
    Promise.all(
      Array.from({ length: SEGMENTS }, (_, Segment) =>
        pages(
          (ExclusiveStartKey) =>
            client.send(
              new ScanCommand({ ...input, ConsistentRead: true, Segment, TotalSegments: SEGMENTS, ExclusiveStartKey }),
            ),
          each,
        ),
      ),
    );

  return {
    ...createDynamoDbFeedLog({ client, table: eventsTable }),

    async allCommits(each) {
      // Unique values are kept in the same table, and have no events.
      const commits = { TableName: eventsTable, FilterExpression: 'attribute_exists(events)' };
      await scan(commits, (items) => each(items.map((item) => storedCommit(item as CommitItem)))); // written by the store alone
    },

    async allIndexEntries(each) {
      const entries = {
        TableName: feedTable,
        FilterExpression: 'begins_with(#partition, :index)',
        ExpressionAttributeNames: { '#partition': 'partition' },
        ExpressionAttributeValues: { ':index': INDEX },
      };
      await scan(entries, (items) => each(items.map(toEntry)));
    },

    batchesFrom: (partition, position, each) =>
      pages(
        (ExclusiveStartKey) =>
          client.send(
            new QueryCommand({
              TableName: feedTable,
              ConsistentRead: true,
              KeyConditionExpression: '#partition = :partition AND #position >= :position',
              ExpressionAttributeNames: { '#partition': 'partition', '#position': 'position' },
              ExpressionAttributeValues: { ':partition': String(partition), ':position': position },
              ExclusiveStartKey,
            }),
          ),
        (items) => each(items.map(toBatch)),
      ),
  };
}

/** Puts a batch where there may be one already; for repairs only. */
export const replaceBatch =
  ({ client, feedTable }: Pick<DynamoDbFeedSightOptions, 'client' | 'feedTable'>) =>
  async ({ partition, ...batch }: FeedBatch): Promise<void> => {
    const put = new PutCommand({ TableName: feedTable, Item: { partition: String(partition), ...batch } });
    await orUnavailable(() => client.send(put));
  };

async function pages(
  request: (start: Record<string, unknown> | undefined) => Promise<Page>,
  each: (items: Record<string, unknown>[]) => void,
): Promise<void> {
  let start: Record<string, unknown> | undefined;
  do {
    const page = await orUnavailable(() => request(start));
    each(page.Items ?? []);
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}
