/** How does a commit look as an item of the events table? */
import { type EventDefinitions, type StoredEvent, upcast } from '#shared/event/index.ts';
import type { StreamId } from '#shared/stream/index.ts';
import { type Commit, lastVersion, type NewCommit, type Snapshot } from './commit.ts';
import type { Append, LoadedStream } from './event-store.ts';
import { itemBytes } from './item-bytes.ts';
import { assertCommitFits, assertVersionFits, MAXIMUM_ITEM_BYTES } from './limits.ts';
import { type PackedText, packText, unpackText } from './packed-text.ts';
import { assertProven, type StreamSlice } from './slice.ts';

/**
 * One item per commit, key (`stream`, `version` of the first event). Events and snapshot are JSON text: exact for every JSON
 * value, and parsed many times faster than nested attributes. The snapshot, which may be long, is packed.
 */
export type CommitItem = Omit<Commit, 'stream' | 'events'> & {
  readonly stream: string;
  readonly events: string;
  readonly snapshot?: PackedText;
  /** Beside the snapshot, so that a reader can tell before parsing. */
  readonly snapshotSchema?: string;
};

/** Ten times what an item holds: a longer state will hardly fit, and is not worth the time to try with every commit. */
const PACKABLE_CHARACTERS = 10 * MAXIMUM_ITEM_BYTES;

/**
 * The item that an append writes after the slice, without its snapshot if only that makes it too large. Throws
 * `commit-too-large`, with the size, when the events alone do not fit.
 */
export function fittingItem({ slice, commit }: Append): CommitItem {
  assertProven(slice);
  const { stream, version } = slice;
  if (commit.events.length === 0) throw new Error(`a commit on ${stream} has no events`);
  assertVersionFits(stream, version + commit.events.length);
  const { snapshot, events, ...shared } = commit;
  const bare = { stream, version: version + 1, ...shared, events: JSON.stringify(events) };
  assertCommitFits(stream, itemBytes(bare));
  if (snapshot === undefined) return bare;
  const { schema: snapshotSchema, state, commands } = snapshot;
  const text = JSON.stringify({ state, commands });
  if (text.length > PACKABLE_CHARACTERS) return bare;
  const item = { ...bare, snapshot: packText(text), snapshotSchema };
  return itemBytes(item) <= MAXIMUM_ITEM_BYTES ? item : bare;
}

/** The items of one atomic append, in its order. Throws what {@link fittingItem} throws. */
export function fittingItems(appends: readonly Append[]): CommitItem[] {
  const streams = new Set(appends.map(({ slice }) => slice.stream));
  if (appends.length === 0 || streams.size < appends.length) {
    throw new Error(`one append must have each of its streams once, but has: ${[...streams].join(', ') || 'none'}`);
  }
  return appends.map(fittingItem);
}

/** Whether an append of the commit will carry its snapshot. */
export const snapshotFits = (slice: StreamSlice, commit: NewCommit): boolean =>
  fittingItem({ slice, commit }).snapshot !== undefined;

/** The commit of an item, its events in the newest shape. The snapshot stays behind: it is nobody's but the store's. */
export function toCommit(definitions: EventDefinitions, item: CommitItem): Commit {
  const { snapshot: _, snapshotSchema: __, stream, ...shared } = item;
  const events = storedEvents(item).map((event) => upcast(definitions, event));
  return { ...shared, stream: stream as StreamId, events }; // written from a StreamId
}

/** Whether the item has a snapshot with this tag; told without unpacking it. */
export const hasSnapshot = (item: CommitItem, snapshotSchema: string | undefined): boolean =>
  item.snapshot !== undefined && snapshotSchema !== undefined && item.snapshotSchema === snapshotSchema;

/** The snapshot of an item, if it has one. */
export function snapshotOf({ snapshot, snapshotSchema: schema }: CommitItem): LoadedStream['snapshot'] {
  if (snapshot === undefined || schema === undefined) return undefined;
  const text = unpackText(snapshot);
  const { state, commands } = JSON.parse(text) as Omit<Snapshot, 'schema'>; // written by fittingItem alone
  return { schema, state, commands, bytes: Buffer.byteLength(text) };
}

/** Version of the last event in an item. */
export const lastVersionOf = (item: CommitItem): number =>
  lastVersion({ version: item.version, events: storedEvents(item) });

const storedEvents = ({ events }: CommitItem) => JSON.parse(events) as StoredEvent[]; // written by fittingItem alone
