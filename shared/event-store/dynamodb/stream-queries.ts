/** The requests that read a stream: all strongly consistent, all on the table's key. Items are given oldest first. */
import { type DynamoDBDocumentClient, GetCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { StreamId } from '#shared/event/index.ts';
import { type CommitItem, hasSnapshot } from '../commit-item.ts';
import { answerKey } from '../kept-answers.ts';
import type { LoadRange } from '../loaded-stream.ts';
import { SNAPSHOT_EVERY_COMMITS } from '../snapshot.ts';

/** Requests on one events table; those that are under way are given up when their signal is aborted. */
export function commitQueries(client: DynamoDBDocumentClient, TableName: string) {
  async function query(input: Omit<QueryCommandInput, 'TableName' | 'ConsistentRead'>, abortSignal?: AbortSignal) {
    const command = new QueryCommand({ TableName, ConsistentRead: true, ...input });
    const { Items, LastEvaluatedKey, ScannedCount } = await client.send(command, { abortSignal });
    const items = (Items ?? []) as CommitItem[]; // written by the store alone
    return { items, next: LastEvaluatedKey, passedOver: (ScannedCount ?? items.length) > items.length };
  }

  return {
    /**
     * The commits after a version back to the newest snapshot with the tag, that one included. With snapshots the first
     * request asks for as many commits as there can be between two of them, so it is the only one.
     */
    async backToSnapshot(
      stream: StreamId,
      { after, snapshotSchema }: LoadRange,
      signal?: AbortSignal,
    ): Promise<CommitItem[]> {
      const newestFirst: CommitItem[] = [];
      const limit = snapshotSchema === undefined ? {} : { Limit: SNAPSHOT_EVERY_COMMITS };
      const range = { ...commits(stream, '>', after), ScanIndexForward: false };
      for (let page = await query({ ...range, ...limit }, signal); ; ) {
        for (const item of page.items) {
          newestFirst.push(item);
          if (hasSnapshot(item, snapshotSchema)) return newestFirst.reverse();
        }
        if (page.next === undefined) return newestFirst.reverse();
        page = await query({ ...range, ExclusiveStartKey: page.next }, signal);
      }
    },

    /**
     * Up to `limit` commits that start after a version, in one request (1 MB); `more` when there may be others behind. Those
     * that were recorded later than `recordedUpTo` stay in the table: they all come after the others, so none is more.
     */
    async after(
      stream: StreamId,
      version: number,
      { limit, recordedUpTo }: { readonly limit?: number | undefined; readonly recordedUpTo?: string | undefined },
      signal?: AbortSignal,
    ): Promise<{ items: CommitItem[]; more: boolean }> {
      const { ExpressionAttributeValues, ...range } = commits(stream, '>', version);
      const { items, next, passedOver } = await query(
        {
          ...range,
          ...(limit !== undefined && { Limit: limit }),
          ...(recordedUpTo !== undefined && { FilterExpression: 'recordedAt <= :upTo' }),
          ExpressionAttributeValues: {
            ...ExpressionAttributeValues,
            ...(recordedUpTo !== undefined && { ':upTo': recordedUpTo }),
          },
        },
        signal,
      );
      return { items, more: next !== undefined && !passedOver };
    },

    /** The newest commit that starts at or before a version. */
    async newest(
      stream: StreamId,
      upTo: number = Number.MAX_SAFE_INTEGER,
      signal?: AbortSignal,
    ): Promise<CommitItem | undefined> {
      const range = { ...commits(stream, '<=', upTo), ScanIndexForward: false, Limit: 1 };
      return (await query(range, signal)).items[0];
    },

    /** Commits that start before a version, newest first, in one request (1 MB); `more` when there may be others before. */
    async before(
      stream: StreamId,
      version: number,
      signal?: AbortSignal,
    ): Promise<{ items: CommitItem[]; more: boolean }> {
      const range = { ...commits(stream, '<=', version - 1), ScanIndexForward: false, Limit: SNAPSHOT_EVERY_COMMITS };
      const { items, next } = await query(range, signal);
      return { items, more: next !== undefined };
    },

    /** What was answered to a command of the stream. */
    async answer(
      stream: StreamId,
      commandId: string,
      abortSignal?: AbortSignal,
    ): Promise<{ answer: string } | undefined> {
      const get = new GetCommand({ TableName, Key: answerKey(stream, commandId), ConsistentRead: true });
      const { Item } = await client.send(get, { abortSignal });
      return Item as { answer: string } | undefined; // written by the store alone
    },

    /** The commit that starts at a version. */
    async at(stream: StreamId, version: number, abortSignal?: AbortSignal): Promise<CommitItem | undefined> {
      const get = new GetCommand({ TableName, Key: { stream, version }, ConsistentRead: true });
      const { Item } = await client.send(get, { abortSignal });
      return Item as CommitItem | undefined; // written by the store alone
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
