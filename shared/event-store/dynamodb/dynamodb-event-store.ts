/** How does the event store work on a DynamoDB table? One item per commit, written on condition. */
import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { orUnavailable } from '#shared/dynamodb/index.ts';
import type { EventDefinitions } from '#shared/event/index.ts';
import { type CommitItem, fittingItem, fittingItems, toCommit } from '../commit-item.ts';
import type { Append, AppendOutcome, EventStore } from '../event-store.ts';
import { eventPage, followingCommits, loadedStream } from '../loaded-stream.ts';
import { tokenAt } from '../stream-token.ts';
import { putCommit, transact, type Written } from './append-commits.ts';
import { commitQueries } from './stream-queries.ts';

type DynamoDbEventStoreOptions = {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
  readonly events: EventDefinitions;
};

/** The event store on a table with key (`stream` S, `version` N). */
export function createDynamoDbEventStore({ client, table, events }: DynamoDbEventStoreOptions): EventStore {
  const queries = commitQueries(client, table);

  return {
    async load(stream, { snapshotSchema } = {}) {
      const items = await orUnavailable(() => queries.backToSnapshot(stream, 0, snapshotSchema));
      return loadedStream(events, items, { stream, after: 0, snapshotSchema });
    },

    async loadTail({ stream, version: after }, { snapshotSchema } = {}) {
      const items = await orUnavailable(() => queries.backToSnapshot(stream, after, snapshotSchema));
      return loadedStream(events, items, { stream, after, snapshotSchema });
    },

    async append(token, commit) {
      const item = fittingItem({ token, commit });
      return outcomeOf([{ token, commit }], await orUnavailable(() => putCommit(client, table, item)));
    },

    async appendAll(appends, unique = { claims: [], releases: [] }) {
      const items = fittingItems(appends);
      return outcomeOf(appends, await orUnavailable(() => transact(client, table, items, unique)));
    },

    async readCommit(stream, version) {
      const get = new GetCommand({ TableName: table, Key: { stream, version }, ConsistentRead: true });
      const { Item } = await orUnavailable(() => client.send(get));
      return Item === undefined ? undefined : toCommit(events, Item as CommitItem); // written by fittingItem alone
    },

    async readCommits(stream, { after, limit }) {
      const { items, more } = await orUnavailable(() => queries.after(stream, after, limit));
      return { commits: followingCommits(events, stream, after, items), more };
    },

    async readEvents(stream, { after, limit }) {
      // The border and the head are read after the tail: whatever the tail shows is then there for them too.
      const { items: tail, more } = await orUnavailable(() => queries.after(stream, after, limit));
      const isWhole = after === 0 || tail[0]?.version === after + 1;
      const [border, head] = await Promise.all([
        isWhole ? undefined : orUnavailable(() => queries.newest(stream, after)),
        more ? orUnavailable(() => queries.newest(stream)) : undefined,
      ]);
      return eventPage(events, { border, tail, head }, { stream, after, limit });
    },
  };
}

function outcomeOf(appends: readonly Append[], written: Written): AppendOutcome {
  if (written.kind !== 'written') return written;
  const tokens = appends.map(({ token, commit }) => tokenAt(token.stream, token.version + commit.events.length));
  return { kind: 'appended', tokens };
}
