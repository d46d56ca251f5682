import { type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { orUnavailable } from '#shared/dynamodb/index.ts';
import { type EventDefinitions, isKitError, type StreamId } from '#shared/event/index.ts';
import type { Commit } from '../commit.ts';
import { type CommitItem, toCommit } from '../commit-item.ts';
import type { LogSegments, SegmentPage, StreamFilter } from '../log-segments.ts';

type DynamoDbLogSegmentsOptions = {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
  readonly events: EventDefinitions;
  /** Commits of other streams are passed over undecoded. */
  readonly streams: StreamFilter;
};

/** The segments of a parallel scan; a page is what one request gives (1 MB), and `next` the key that it ends with. */
export const createDynamoDbLogSegments = ({
  client,
  table: TableName,
  events,
  streams,
}: DynamoDbLogSegmentsOptions): LogSegments => ({
  async page(Segment, TotalSegments, after) {
    const scan = new ScanCommand({
      TableName,
      ConsistentRead: true,
      Segment,
      TotalSegments,
      ExclusiveStartKey: after === undefined ? undefined : JSON.parse(after),
      // Unique values are kept in the same table, and have no events.
      FilterExpression: 'attribute_exists(events)',
    });
    const { Items = [], LastEvaluatedKey } = await orUnavailable(() => client.send(scan));
    const commits: Commit[] = [];
    const unreadable: SegmentPage['unreadable'][number][] = [];
    for (const item of Items as CommitItem[]) {
      const stream = item.stream as StreamId; // written from a StreamId
      if (!streams(stream)) continue;
      try {
        commits.push(toCommit(events, item));
      } catch (error) {
        if (!isKitError(error)) throw error;
        unreadable.push({ stream, version: item.version });
      }
    }
    return { commits, unreadable, next: LastEvaluatedKey && JSON.stringify(LastEvaluatedKey) };
  },
});
