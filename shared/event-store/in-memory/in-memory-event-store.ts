/** How does the event store work in memory? For domain tests and simulations; nothing outlives the process. */
import type { EventDefinitions } from '#shared/event/index.ts';
import { assertTransactionFits, type CommitItem, fittingItems, lastVersionOf, toCommit } from '../commit-item.ts';
import type { Append, AppendOutcome, EventStore, UniqueChange } from '../event-store.ts';
import { eventPage, followingCommits, loadedStream } from '../loaded-stream.ts';
import { tokenAt } from '../stream-token.ts';
import { keyedChange } from '../unique-values.ts';

/** What the store keeps: the same items as in DynamoDB, so that what is read back has gone through the same form. */
type InMemoryTable = {
  /** By stream, oldest first. */
  readonly commits: Map<string, readonly CommitItem[]>;
  /** The stream that holds a unique value, by its key. */
  readonly holders: Map<string, string>;
};

export const createInMemoryTable = (): InMemoryTable => ({ commits: new Map(), holders: new Map() });

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

  function write(appends: readonly Append[], unique: UniqueChange): AppendOutcome {
    const items = fittingItems(appends);
    const { claims, releases } = keyedChange(unique);
    assertTransactionFits(items, claims.size + releases.size);
    const tokens = appends.map(({ token, commit }) => tokenAt(token.stream, token.version + commit.events.length));
    const isThere = ({ stream, version, events }: CommitItem) =>
      itemsOf(stream).some((stored) => stored.version === version && stored.events === events);
    if (items.every(isThere)) return { kind: 'appended', tokens };
    if (appends.some(({ token }) => versionOf(token.stream) !== token.version)) return { kind: 'conflict' };

    const holder = items[0]?.stream;
    const heldElsewhere = (key: string) => table.holders.has(key) && table.holders.get(key) !== holder;
    for (const [key, value] of claims) if (heldElsewhere(key)) return { kind: 'unique-value-taken', unique: value };
    if ([...releases].some(heldElsewhere)) return { kind: 'conflict' };

    for (const key of releases) table.holders.delete(key);
    for (const key of claims.keys()) if (holder !== undefined) table.holders.set(key, holder);
    for (const item of items) table.commits.set(item.stream, [...itemsOf(item.stream), item]);
    return { kind: 'appended', tokens };
  }

  return {
    load: async (stream, { snapshotSchema } = {}) =>
      loadedStream(events, itemsOf(stream), { stream, after: 0, snapshotSchema }),

    async loadTail({ stream, version: after }, { snapshotSchema } = {}) {
      const tail = itemsOf(stream).filter(({ version }) => version > after);
      return loadedStream(events, tail, { stream, after, snapshotSchema });
    },

    append: async (token, commit) => write([{ token, commit }], { claims: [], releases: [] }),

    appendAll: async (appends, unique = { claims: [], releases: [] }) => write(appends, unique),

    async readCommit(stream, version) {
      const item = itemsOf(stream).find((stored) => stored.version === version);
      return item === undefined ? undefined : toCommit(events, item);
    },

    async readCommits(stream, { after, limit = Number.MAX_SAFE_INTEGER }) {
      const tail = itemsOf(stream).filter(({ version }) => version > after);
      const items = tail.slice(0, limit);
      return { commits: followingCommits(events, stream, after, items), more: items.length < tail.length };
    },

    async readEvents(stream, { after, limit }) {
      const items = itemsOf(stream);
      const border = items.findLast(({ version }) => version <= after);
      const tail = items.filter(({ version }) => version > after).slice(0, limit);
      return eventPage(events, { border, tail, head: items.at(-1) }, { stream, after, limit });
    },
  };
}
