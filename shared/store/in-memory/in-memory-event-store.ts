/** How does the event store work in memory? For domain tests and simulations; nothing outlives the process. */
import type { EventDefinitions } from '#shared/event/index.ts';
import type { StreamId } from '#shared/stream/index.ts';
import { type Commit, lastVersion, recordedEvents } from '../commit.ts';
import { type CommitItem, eventBytes, fittingItem, toCommit, toSnapshot } from '../commit-item.ts';
import { reachedVersion } from '../contiguity.ts';
import { type Append, type AppendOutcome, type EventStore, sliceAt, type UniqueChange } from '../event-store.ts';
import { assertTransactionFits } from '../limits.ts';
import { toPage } from '../page.ts';
import { uniqueKey } from '../unique-key.ts';

/** Keeps the same items as the DynamoDB store does, so that what is read back has gone through the same form. */
export function createInMemoryEventStore({ events }: { readonly events: EventDefinitions }): EventStore {
  const streams = new Map<StreamId, CommitItem[]>();
  const holders = new Map<string, StreamId>();
  const itemsOf = (stream: StreamId) => streams.get(stream) ?? [];
  const commitsFrom = (stream: StreamId, from: number): Commit[] =>
    itemsOf(stream)
      .slice(from)
      .map((item) => toCommit(events, item));
  const versionOf = (stream: StreamId) => reachedVersion(stream, 0, commitsFrom(stream, 0));

  function write(appends: readonly Append[], unique: UniqueChange): AppendOutcome {
    const items = appends.map(({ slice, commit }) => ({ slice, item: fittingItem(slice, commit) }));
    const slices = appends.map(({ slice, commit }) => sliceAt(slice.stream, slice.version + commit.events.length));
    if (items.every(({ item, slice }) => itemsOf(slice.stream).some((stored) => stored.events === item.events))) {
      return { kind: 'appended', slices };
    }
    if (items.some(({ slice }) => versionOf(slice.stream) !== slice.version)) return { kind: 'conflict' };
    const holder = appends[0]?.slice.stream;
    const elsewhere = (key: string) => holders.has(key) && holders.get(key) !== holder;
    const taken = unique.claims.find((value) => elsewhere(uniqueKey(value)));
    if (taken !== undefined) return { kind: 'unique-value-taken', unique: taken };
    if (unique.releases.some((value) => elsewhere(uniqueKey(value)))) return { kind: 'conflict' };
    for (const value of unique.releases) holders.delete(uniqueKey(value));
    for (const value of unique.claims) if (holder !== undefined) holders.set(uniqueKey(value), holder);
    for (const { slice, item } of items) streams.set(slice.stream, [...itemsOf(slice.stream), item]);
    return { kind: 'appended', slices };
  }

  return {
    async load(stream, { snapshotSchema } = {}) {
      const at = itemsOf(stream).findLastIndex(
        (item) => item.snapshotSchema !== undefined && item.snapshotSchema === snapshotSchema,
      );
      const item = itemsOf(stream)[at];
      const snapshot = item === undefined ? undefined : toSnapshot(item);
      const commits = commitsFrom(stream, at + 1);
      const from = item === undefined ? 0 : lastVersion(toCommit(events, item));
      const bytes = eventBytes(itemsOf(stream).slice(at + 1));
      const loaded = { slice: sliceAt(stream, reachedVersion(stream, from, commits)), commits, bytes };
      return snapshot === undefined ? loaded : { ...loaded, snapshot: { ...snapshot, version: from } };
    },

    async loadTail(slice) {
      const items = itemsOf(slice.stream).filter((item) => item.version > slice.version);
      const commits = items.map((item) => toCommit(events, item));
      const version = reachedVersion(slice.stream, slice.version, commits);
      return { slice: sliceAt(slice.stream, version), commits, bytes: eventBytes(items) };
    },

    append: async (slice, commit) => write([{ slice, commit }], { claims: [], releases: [] }),

    async appendAll(appends, unique = { claims: [], releases: [] }) {
      assertTransactionFits(appends.length + unique.claims.length + unique.releases.length);
      return write(appends, unique);
    },

    async readCommit(stream, version) {
      const item = itemsOf(stream).find((stored) => stored.version === version);
      return item === undefined ? undefined : toCommit(events, item);
    },

    async readEvents(stream, range) {
      const recorded = commitsFrom(stream, 0).flatMap(recordedEvents);
      return toPage(stream, versionOf(stream), recorded, range);
    },
  };
}
