/**
 * The event store in memory, for domain tests and simulations; nothing outlives the process. What is read back has gone
 * through the same form as in DynamoDB.
 */
import { assertInTime, type EventDefinitions } from '#shared/event/index.ts';
import { type CommitItem, isSameCommit, lastVersionOf, toCommit } from '../commit-item.ts';
import { type Append, type AppendOutcome, assertProven, type EventStore, type UniqueChange } from '../event-store.ts';
import { assertTransactionFits, fittingItems } from '../fitting-item.ts';
import { answerKey } from '../kept-answers.ts';
import { commandsSince, eventPage, followingCommits, loadedStream } from '../loaded-stream.ts';
import { keyedChange } from '../unique-values.ts';

type InMemoryTable = {
  /** By stream, oldest first. */
  readonly commits: Map<string, readonly CommitItem[]>;
  /** The stream that holds a unique value, by its key. */
  readonly holders: Map<string, string>;
  /** What was answered to a command that appended nothing, as JSON, by its key. */
  readonly answers: Map<string, string>;
};

export const createInMemoryTable = (): InMemoryTable => ({
  commits: new Map(),
  holders: new Map(),
  answers: new Map(),
});

/** Stores over one table see the same streams, as functions on several machines do. */
export function createInMemoryEventStore({
  events,
  table = createInMemoryTable(),
}: {
  readonly events: EventDefinitions;
  readonly table?: InMemoryTable;
}): EventStore {
  const itemsOf = (stream: string) => table.commits.get(stream) ?? [];
  const versionOf = (stream: string) => {
    const head = itemsOf(stream).at(-1);
    return head === undefined ? 0 : lastVersionOf(head);
  };

  function write(appends: readonly Append[], unique: UniqueChange, signal: AbortSignal | undefined): AppendOutcome {
    assertInTime(signal);
    const fitting = fittingItems(appends);
    const items = fitting.map(({ item }) => item);
    const { claims, releases } = keyedChange(unique);
    assertTransactionFits(items, claims.size + releases.size + (unique.unanswered === undefined ? 0 : 1));
    const outcome = { kind: 'appended', streams: fitting.map(({ appended }) => appended) } as const;
    const isThere = (item: CommitItem) =>
      itemsOf(item.stream).some((stored) => stored.version === item.version && isSameCommit(item, stored));
    if (items.every(isThere)) return outcome;
    if (appends.some(({ token }) => versionOf(token.stream) !== token.version)) return { kind: 'conflict' };

    const holder = items[0]?.stream;
    const { unanswered } = unique;
    if (unanswered !== undefined && table.answers.has(answerKey(holder ?? '', unanswered).stream)) {
      return { kind: 'conflict' };
    }
    const heldElsewhere = (key: string) => table.holders.has(key) && table.holders.get(key) !== holder;
    for (const [key, value] of claims) if (heldElsewhere(key)) return { kind: 'unique-value-taken', unique: value };
    if ([...releases].some(heldElsewhere)) return { kind: 'conflict' };

    for (const key of releases) table.holders.delete(key);
    for (const key of claims.keys()) if (holder !== undefined) table.holders.set(key, holder);
    for (const item of items) table.commits.set(item.stream, [...itemsOf(item.stream), item]);
    return outcome;
  }

  return {
    async load(stream, { snapshotSchema, signal } = {}) {
      assertInTime(signal);
      return loadedStream(events, itemsOf(stream), stream, { after: 0, snapshotSchema });
    },

    async loadTail({ stream, version: after }, { snapshotSchema, signal } = {}) {
      assertInTime(signal);
      const tail = itemsOf(stream).filter(({ version }) => version > after);
      return loadedStream(events, tail, stream, { after, snapshotSchema });
    },

    append: async (token, commit, { signal } = {}) => write([{ token, commit }], { claims: [], releases: [] }, signal),

    appendAll: async (appends, unique = { claims: [], releases: [] }, { signal } = {}) =>
      write(appends, unique, signal),

    async keepAnswer(token, commandId, answer, { signal } = {}) {
      assertInTime(signal);
      assertProven(token);
      const key = answerKey(token.stream, commandId).stream;
      const text = JSON.stringify(answer);
      const isOther = table.answers.has(key) && table.answers.get(key) !== text;
      if (isOther || versionOf(token.stream) !== token.version) return { kind: 'conflict' };
      table.answers.set(key, text);
      return { kind: 'kept' };
    },

    async readAnswer(stream, commandId, { signal } = {}) {
      assertInTime(signal);
      const text = table.answers.get(answerKey(stream, commandId).stream);
      return text === undefined ? undefined : JSON.parse(text);
    },

    async readCommandsBefore(stream, { before, since }, { signal } = {}) {
      assertInTime(signal);
      const items = itemsOf(stream).filter(({ version }) => version < before);
      return commandsSince({ items: items.reverse(), more: false }, since);
    },

    async readCommit(stream, version, { signal } = {}) {
      assertInTime(signal);
      const item = itemsOf(stream).find((stored) => stored.version === version);
      return item && toCommit(events, item);
    },

    async readCommits(stream, { after, limit = Number.MAX_SAFE_INTEGER, recordedUpTo }, { signal } = {}) {
      assertInTime(signal);
      const isWanted = ({ version, recordedAt }: CommitItem) =>
        version > after && (recordedUpTo === undefined || recordedAt <= recordedUpTo);
      const tail = itemsOf(stream).filter(isWanted);
      const items = tail.slice(0, limit);
      return { commits: followingCommits(events, stream, after, items), more: items.length < tail.length };
    },

    async readEvents(stream, { after, limit }, { signal } = {}) {
      assertInTime(signal);
      const items = itemsOf(stream);
      const first = items.findLast(({ version }) => version <= after);
      const tail = items.filter(({ version }) => version > after).slice(0, limit);
      return eventPage(events, { first, tail, head: items.at(-1) }, { stream, after, limit });
    },
  };
}
