/** What feeding and verifying read of an events table: commits as they are stored, of one stream, of all, or by their keys. */
import { type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { getAll, orUnavailable } from '#shared/dynamodb/index.ts';
import { isKitError, type StreamId } from '#shared/event/index.ts';
import { commitQueries } from '#shared/event-store/dynamodb/index.ts';
import type { Commit } from '#shared/event-store/index.ts';
import type { LogPage, LogScanner } from '../audit/log-scanner.ts';
import type { FeedLog } from '../feed.ts';
import { readCommit } from '../feed-batch.ts';

type EventsTable = { readonly client: DynamoDBDocumentClient; readonly table: string };
type Item = Record<string, unknown>;

/** As many as one Query gives at most: missed commits are rare, and few. */
const AT_ONCE = 1_000;

export function createDynamoDbFeedLog({ client, table }: EventsTable): FeedLog {
  const queries = commitQueries(client, table);
  return {
    async commitsAfter(stream, version, limit = AT_ONCE) {
      const { items, more } = await orUnavailable(() => queries.after(stream, version, { limit }));
      const { commits, unreadable } = readPage(items);
      const [stop] = unreadable;
      if (stop === undefined) return { commits, more };
      return { commits: commits.filter((commit) => commit.version < stop.version), more: false, stop };
    },
  };
}

/** Enough to keep a laptop busy; each segment is one request at a time. */
const SEGMENTS = 4;

/** For tools: it scans. */
export function createDynamoDbLogScanner(options: EventsTable): LogScanner {
  const { client, table } = options;

  async function scanSegment(Segment: number, each: Parameters<LogScanner['scan']>[0]): Promise<void> {
    let ExclusiveStartKey: Item | undefined;
    do {
      const scan = new ScanCommand({
        TableName: table,
        ConsistentRead: true,
        Segment,
        TotalSegments: SEGMENTS,
        ExclusiveStartKey,
        // Unique values are kept in the same table, and have no events.
        FilterExpression: 'attribute_exists(events)',
      });
      const page = await orUnavailable(() => client.send(scan));
      await each(readPage(page.Items ?? []));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
  }

  return {
    ...createDynamoDbFeedLog(options),

    async scan(each) {
      await Promise.all(Array.from({ length: SEGMENTS }, (_, segment) => scanSegment(segment, each)));
    },

    async read(keys) {
      const items = await getAll(
        client,
        table,
        keys.map(({ stream, version }) => ({ stream, version })),
      );
      return readPage(items).commits;
    },
  };
}

function readPage(items: readonly Item[]): LogPage {
  const commits: Commit[] = [];
  const unreadable: LogPage['unreadable'][number][] = [];
  for (const item of items) {
    try {
      commits.push(readCommit(item));
    } catch (error) {
      if (!isKitError(error)) throw error;
      const stream = item.stream as StreamId; // the table's key, written by the store alone
      unreadable.push({ stream, version: Number(item.version), error });
    }
  }
  return { commits, unreadable };
}
