/** Which requests read a stream? All strongly consistent, all on the table's key. */
import { type DynamoDBDocumentClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { StreamId } from '#shared/stream/index.ts';
import { lastVersion, type Snapshot } from '../commit.ts';
import { type CommitItem, toSnapshot } from '../commit-item.ts';
import { SNAPSHOT_EVERY_EVENTS } from '../snapshot-policy.ts';

type NewestFirst = {
  /** Oldest first. */
  readonly items: readonly CommitItem[];
  readonly snapshot?: Snapshot & { readonly version: number };
};

/**
 * The stream back to its newest snapshot with the tag, or to its beginning. With snapshots the first request asks for as many
 * commits as there can be between two of them, so it is the only one.
 */
export async function queryNewestFirst(
  client: DynamoDBDocumentClient,
  table: string,
  stream: StreamId,
  snapshotSchema: string | undefined,
): Promise<NewestFirst> {
  const newestFirst: CommitItem[] = [];
  let start: QueryCommandInput['ExclusiveStartKey'];
  let limit = snapshotSchema === undefined ? undefined : SNAPSHOT_EVERY_EVENTS;
  do {
    const page = await client.send(
      new QueryCommand({
        ...ofStream(table, stream),
        ScanIndexForward: false,
        ...(limit === undefined ? {} : { Limit: limit }),
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    for (const item of (page.Items ?? []) as CommitItem[]) {
      const snapshot = item.snapshotSchema === snapshotSchema ? toSnapshot(item) : undefined;
      if (snapshot !== undefined) {
        const version = lastVersion({ version: item.version, events: JSON.parse(item.events) });
        return { items: newestFirst.reverse(), snapshot: { ...snapshot, version } };
      }
      newestFirst.push(item);
    }
    start = page.LastEvaluatedKey;
    limit = undefined;
  } while (start !== undefined);
  return { items: newestFirst.reverse() };
}

/** Commits that start after a version, oldest first; up to `limit` of them, or all. */
export async function queryTail(
  client: DynamoDBDocumentClient,
  table: string,
  stream: StreamId,
  after: number,
  limit?: number,
): Promise<CommitItem[]> {
  const items: CommitItem[] = [];
  let start: QueryCommandInput['ExclusiveStartKey'];
  do {
    const page = await client.send(
      new QueryCommand({
        ...ofStream(table, stream, { comparison: '>', version: after }),
        ...(limit === undefined ? {} : { Limit: limit - items.length }),
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    items.push(...((page.Items ?? []) as CommitItem[]));
    start = page.LastEvaluatedKey;
  } while (start !== undefined && (limit === undefined || items.length < limit));
  return items;
}

/** The newest commit, or the newest that starts at or before a version. */
export async function queryHead(
  client: DynamoDBDocumentClient,
  table: string,
  stream: StreamId,
  upTo?: number,
): Promise<CommitItem | undefined> {
  const range = upTo === undefined ? undefined : ({ comparison: '<=', version: upTo } as const);
  const page = await client.send(
    new QueryCommand({ ...ofStream(table, stream, range), ScanIndexForward: false, Limit: 1 }),
  );
  return page.Items?.[0] as CommitItem | undefined;
}

function ofStream(
  table: string,
  stream: StreamId,
  range?: { readonly comparison: '>' | '<='; readonly version: number },
): QueryCommandInput {
  const inRange = range === undefined ? '' : ` AND #version ${range.comparison} :version`;
  return {
    TableName: table,
    ConsistentRead: true,
    KeyConditionExpression: `#stream = :stream${inRange}`,
    ExpressionAttributeNames: { '#stream': 'stream', ...(range === undefined ? {} : { '#version': 'version' }) },
    ExpressionAttributeValues: { ':stream': stream, ...(range === undefined ? {} : { ':version': range.version }) },
  };
}
