/** How does the event store work on a DynamoDB table? One item per commit, written on condition. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { EventDefinitions } from '#shared/event/index.ts';
import type { StreamId } from '#shared/stream/index.ts';
import { lastVersion, type NewCommit, recordedEvents } from '../commit.ts';
import { type CommitItem, eventBytes, fittingItem, toCommit } from '../commit-item.ts';
import { reachedVersion } from '../contiguity.ts';
import { type AppendOutcome, type EventStore, type StreamSlice, sliceAt } from '../event-store.ts';
import { toPage } from '../page.ts';
import { queryHead, queryNewestFirst, queryTail } from './commit-queries.ts';
import { orUnavailable } from './failures.ts';
import { transact } from './transaction.ts';

export type DynamoDbEventStoreOptions = {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
  readonly events: EventDefinitions;
};

/** The event store on a table with key (`stream` S, `version` N). */
export function createDynamoDbEventStore({ client, table, events }: DynamoDbEventStoreOptions): EventStore {
  const itemsAfter = (stream: StreamId, after: number, limit?: number) =>
    orUnavailable(() => queryTail(client, table, stream, after, limit));
  const decoded = (items: readonly CommitItem[]) => items.map((item) => toCommit(events, item));

  return {
    async load(stream, { snapshotSchema } = {}) {
      const read = await orUnavailable(() => queryNewestFirst(client, table, stream, snapshotSchema));
      const commits = decoded(read.items);
      const version = reachedVersion(stream, read.snapshot?.version ?? 0, commits);
      const loaded = { slice: sliceAt(stream, version), commits, bytes: eventBytes(read.items) };
      return read.snapshot === undefined ? loaded : { ...loaded, snapshot: read.snapshot };
    },

    async loadTail(slice) {
      const items = await itemsAfter(slice.stream, slice.version);
      const commits = decoded(items);
      const version = reachedVersion(slice.stream, slice.version, commits);
      return { slice: sliceAt(slice.stream, version), commits, bytes: eventBytes(items) };
    },

    async append(slice, commit) {
      const item = fittingItem(slice, commit);
      const put = new PutCommand({
        TableName: table,
        Item: item,
        ConditionExpression: 'attribute_not_exists(version)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      return orUnavailable(async (): Promise<AppendOutcome> => {
        try {
          await client.send(put);
          return appended(slice, commit);
        } catch (error) {
          if (error instanceof ConditionalCheckFailedException) {
            return error.Item?.events?.S === item.events ? appended(slice, commit) : { kind: 'conflict' };
          }
          if (error instanceof Error && error.name === 'TransactionConflictException') return { kind: 'conflict' };
          throw error;
        }
      });
    },

    async appendAll(appends, unique = { claims: [], releases: [] }) {
      const items = appends.map(({ slice, commit }) => fittingItem(slice, commit));
      const outcome = await orUnavailable(() => transact(client, table, items, unique));
      if (outcome.kind !== 'written') return outcome;
      return { kind: 'appended', slices: appends.map(({ slice, commit }) => sliceAfter(slice, commit)) };
    },

    async readCommit(stream, version) {
      const get = new GetCommand({ TableName: table, Key: { stream, version }, ConsistentRead: true });
      const { Item } = await orUnavailable(() => client.send(get));
      return Item === undefined ? undefined : toCommit(events, Item as CommitItem);
    },

    async readEvents(stream, { after, limit }) {
      const [head, containing, tail] = await Promise.all([
        orUnavailable(() => queryHead(client, table, stream)),
        after === 0 ? undefined : orUnavailable(() => queryHead(client, table, stream, after)),
        itemsAfter(stream, after, limit),
      ]);
      const version = head === undefined ? 0 : lastVersion(toCommit(events, head));
      const commits = decoded(containing === undefined ? tail : [containing, ...tail]);
      reachedVersion(stream, (commits[0]?.version ?? 1) - 1, commits);
      return toPage(stream, version, commits.flatMap(recordedEvents), { after, limit });
    },
  };
}

const sliceAfter = (slice: StreamSlice, commit: NewCommit) =>
  sliceAt(slice.stream, slice.version + commit.events.length);

const appended = (slice: StreamSlice, commit: NewCommit): AppendOutcome => ({
  kind: 'appended',
  slices: [sliceAfter(slice, commit)],
});
