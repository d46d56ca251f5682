/** How does a commit look as an item of the events table? */
import { type EventDefinitions, KitError, type StoredEvent, type StreamId, upcast } from '#shared/event/index.ts';
import { type Commit, lastVersion, type NewCommit, type Snapshot } from './commit.ts';
import type { Append, LoadedStream } from './event-store.ts';
import { type PackedText, packText, unpackText } from './packed-text.ts';
import { assertProven, type StreamToken } from './stream-token.ts';

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

/** A DynamoDB item, attribute names included: 400 KB. */
export const MAXIMUM_ITEM_BYTES = 400 * 1024;

/** Actions of one TransactWriteItems. */
export const MAXIMUM_TRANSACTION_WRITES = 100;

/** All items of one TransactWriteItems together: 4 MB. */
export const MAXIMUM_TRANSACTION_BYTES = 4 * 1024 * 1024;

/** Ten times what an item holds: a longer state will hardly fit, and is not worth the time to try with every commit. */
const PACKABLE_CHARACTERS = 10 * MAXIMUM_ITEM_BYTES;

/**
 * The item that an append writes after the token, without its snapshot if only that makes it too large. Throws
 * `commit-too-large`, with the size, when the events alone do not fit.
 */
export function fittingItem({ token, commit }: Append): CommitItem {
  assertProven(token);
  const { stream, version } = token;
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
  const streams = new Set(appends.map(({ token }) => token.stream));
  if (appends.length === 0 || streams.size < appends.length) {
    throw new Error(`one append must have each of its streams once, but has: ${[...streams].join(', ') || 'none'}`);
  }
  return appends.map(fittingItem);
}

/** Whether an append of the commit will carry its snapshot. */
export const snapshotFits = (token: StreamToken, commit: NewCommit): boolean =>
  fittingItem({ token, commit }).snapshot !== undefined;

/**
 * The commit of an item, its events in the shape in which they were stored. The snapshot stays behind: it is nobody's but the
 * store's.
 */
export function storedCommit(item: CommitItem): Commit {
  const { stream, version, recordedAt, who, why, correlationId, causationId } = item;
  const events = storedEvents(item);
  return { stream: stream as StreamId, version, recordedAt, who, why, correlationId, causationId, events };
}

/** The commit of an item, its events in the newest shape. */
export function toCommit(definitions: EventDefinitions, item: CommitItem): Commit {
  const commit = storedCommit(item);
  return { ...commit, events: commit.events.map((event) => upcast(definitions, event)) };
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

/** Digits of a number take a byte per two, and one or two more; its size is not worth finding out. */
const LARGEST_NUMBER = 21;

/**
 * Size of an item's attributes, names included, numbers at their largest: never less than the service counts, and at most a
 * few dozen bytes more. Source: DynamoDB developer guide, "DynamoDB item sizes and formats".
 */
export const itemBytes = (item: Readonly<Record<string, unknown>>): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);

/** A map takes 3 bytes, and 1 more for each member. */
function valueBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return LARGEST_NUMBER;
  if (value instanceof Uint8Array) return value.byteLength;
  if (typeof value !== 'object' || value === null) return 1;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return members.length + 3 + itemBytes(Object.fromEntries(members));
}

/** A unique value's key, at most 2,048 bytes, and its holder. */
const LARGEST_UNIQUE_BYTES = 2_300;

export function assertCommitFits(stream: string, bytes: number): void {
  if (bytes <= MAXIMUM_ITEM_BYTES) return;
  throw new KitError(
    'commit-too-large',
    `The commit on ${stream} takes ${bytes} bytes; at most ${MAXIMUM_ITEM_BYTES} fit. Record less data or fewer events at once.`,
  );
}

/** `others` are the writes beside the items: unique values. */
export function assertTransactionFits(items: readonly Readonly<Record<string, unknown>>[], others: number): void {
  const writes = items.length + others;
  if (writes > MAXIMUM_TRANSACTION_WRITES) {
    throw new KitError(
      'too-many-streams',
      `One append of ${writes} commits and unique values was asked for; at most ${MAXIMUM_TRANSACTION_WRITES} can be atomic.`,
    );
  }
  const bytes = items.reduce((sum, item) => sum + itemBytes(item), others * LARGEST_UNIQUE_BYTES);
  if (bytes > MAXIMUM_TRANSACTION_BYTES) {
    throw new KitError(
      'commit-too-large',
      `The commits of one append take ${bytes} bytes; at most ${MAXIMUM_TRANSACTION_BYTES} can be atomic. Record less data or fewer streams at once.`,
    );
  }
}

/** A version that still counts exactly. */
export function assertVersionFits(stream: string, version: number): void {
  if (Number.isSafeInteger(version)) return;
  throw new KitError('commit-too-large', `Stream ${stream} cannot count to version ${version}.`);
}
