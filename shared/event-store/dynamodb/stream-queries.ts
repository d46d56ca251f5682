/** Which requests read a stream? All strongly consistent, all on the table's key. */
import { type DynamoDBDocumentClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { StreamId } from '#shared/event/index.ts';
import { type CommitItem, hasSnapshot } from '../commit-item.ts';
import { SNAPSHOT_EVERY_EVENTS } from '../snapshot.ts';

/** The requests on one events table. Items are given oldest first. */
export function commitQueries(client: DynamoDBDocumentClient, TableName: string) {
  async function query(input: Omit<QueryCommandInput, 'TableName' | 'ConsistentRead'>) {
    const { Items, LastEvaluatedKey } = await client.send(
      new QueryCommand({ TableName, ConsistentRead: true, ...input }),
    );
    return { items: (Items ?? []) as CommitItem[], next: LastEvaluatedKey }; // written by fittingItem alone
  }

  return {
    /**
     * The commits after a version back to the newest snapshot with the tag, that one included. With snapshots the first
     * request asks for as many commits as there can be between two of them, so it is the only one.
     */
    async backToSnapshot(stream: StreamId, after: number, snapshotSchema: string | undefined): Promise<CommitItem[]> {
      const newestFirst: CommitItem[] = [];
      let page = await query({
        ...commits(stream, '>', after),
        ScanIndexForward: false,
        ...(snapshotSchema !== undefined && { Limit: SNAPSHOT_EVERY_EVENTS }),
      });
      for (;;) {
        for (const item of page.items) {
          newestFirst.push(item);
          if (hasSnapshot(item, snapshotSchema)) return newestFirst.reverse();
        }
        if (page.next === undefined) return newestFirst.reverse();
        page = await query({
          ...commits(stream, '>', after),
          ScanIndexForward: false,
          ExclusiveStartKey: page.next,
        });
      }
    },

    /** Up to `limit` commits that start after a version, in one request (1 MB); `more` when there may be others behind. */
    async after(stream: StreamId, version: number, limit?: number): Promise<{ items: CommitItem[]; more: boolean }> {
      const { items, next } = await query({
        ...commits(stream, '>', version),
        ...(limit !== undefined && { Limit: limit }),
      });
      return { items, more: next !== undefined };
    },

    /** The newest commit that starts at or before a version. */
    async newest(stream: StreamId, upTo: number = Number.MAX_SAFE_INTEGER): Promise<CommitItem | undefined> {
      const { items } = await query({ ...commits(stream, '<=', upTo), ScanIndexForward: false, Limit: 1 });
      return items[0];
    },
  };
}

/** Without a condition on the version where it would hold of every commit: short streams are read measurably faster. */
const commits = (stream: StreamId, comparison: '>' | '<=', version: number) => {
  const whole = comparison === '>' && version === 0;
  return {
    KeyConditionExpression: whole ? '#stream = :stream' : `#stream = :stream AND version ${comparison} :version`,
    ExpressionAttributeNames: { '#stream': 'stream' },
    ExpressionAttributeValues: { ':stream': stream, ...(!whole && { ':version': version }) },
  };
};
