/** The event store on DynamoDB: one item per commit, written on condition, every read strongly consistent. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { orUnavailable } from '#shared/dynamodb/index.ts';
import type { EventDefinitions, StreamId } from '#shared/event/index.ts';
import { toCommit } from '../commit-item.ts';
import { type AppendOutcome, assertProven, type EventStore } from '../event-store.ts';
import { type FittingItem, fittingItem, fittingItems } from '../fitting-item.ts';
import { commandsSince, eventPage, followingCommits, type LoadRange, loadedStream } from '../loaded-stream.ts';
import { putAnswer, putCommit, transact, type Written } from './append-commits.ts';
import { commitQueries } from './stream-queries.ts';

type DynamoDbEventStoreOptions = {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
  readonly events: EventDefinitions;
};

/** The event store on a table with key (`stream` S, `version` N). */
export function createDynamoDbEventStore({ client, table, events }: DynamoDbEventStoreOptions): EventStore {
  const queries = commitQueries(client, table);

  async function loadAfter(stream: StreamId, range: LoadRange, signal: AbortSignal | undefined) {
    const items = await orUnavailable(() => queries.backToSnapshot(stream, range, signal), signal);
    return loadedStream(events, items, stream, range);
  }

  return {
    load: (stream, { snapshotSchema, signal } = {}) => loadAfter(stream, { after: 0, snapshotSchema }, signal),

    loadTail: ({ stream, version: after }, { snapshotSchema, signal } = {}) =>
      loadAfter(stream, { after, snapshotSchema }, signal),

    async append(token, commit, { signal } = {}) {
      const fitting = fittingItem({ token, commit });
      const put = () => putCommit({ client, table, signal }, fitting.item);
      return outcomeOf([fitting], await orUnavailable(put, signal));
    },

    async appendAll(appends, unique = { claims: [], releases: [] }, { signal } = {}) {
      const fitting = fittingItems(appends);
      const items = fitting.map(({ item }) => item);
      return outcomeOf(fitting, await orUnavailable(() => transact({ client, table, signal }, items, unique), signal));
    },

    async keepAnswer(token, commandId, answer, { signal } = {}) {
      assertProven(token);
      const { stream, version } = token;
      const text = JSON.stringify(answer);
      const put = () => putAnswer({ client, table, signal }, { stream, version, commandId, answer: text });
      return orUnavailable(put, signal);
    },

    async readAnswer(stream, commandId, { signal } = {}) {
      const item = await orUnavailable(() => queries.answer(stream, commandId, signal), signal);
      return item && JSON.parse(item.answer);
    },

    async readCommandsBefore(stream, { before, since }, { signal } = {}) {
      const page = await orUnavailable(() => queries.before(stream, before, signal), signal);
      return commandsSince(page, since);
    },

    async readCommit(stream, version, { signal } = {}) {
      const item = await orUnavailable(() => queries.at(stream, version, signal), signal);
      return item && toCommit(events, item);
    },

    async readCommits(stream, { after, limit, recordedUpTo }, { signal } = {}) {
      const read = () => queries.after(stream, after, { limit, recordedUpTo }, signal);
      const { items, more } = await orUnavailable(read, signal);
      return { commits: followingCommits(events, stream, after, items), more };
    },

    async readEvents(stream, { after, limit }, { signal } = {}) {
      // What comes before the tail, and the head, are read after it: whatever the tail shows is then there for them too.
      const { items: tail, more } = await orUnavailable(() => queries.after(stream, after, { limit }, signal), signal);
      const isWhole = after === 0 || tail[0]?.version === after + 1;
      const [first, head] = await Promise.all([
        isWhole ? undefined : orUnavailable(() => queries.newest(stream, after, signal), signal),
        more ? orUnavailable(() => queries.newest(stream, undefined, signal), signal) : undefined,
      ]);
      return eventPage(events, { first, tail, head }, { stream, after, limit });
    },
  };
}

const outcomeOf = (fitting: readonly FittingItem[], written: Written): AppendOutcome =>
  written.kind === 'written' ? { kind: 'appended', streams: fitting.map(({ appended }) => appended) } : written;
