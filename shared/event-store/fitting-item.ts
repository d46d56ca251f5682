/** What an append writes: items that fit, with their snapshots if those fit too; what does not is told before any write. */
import { KitError, type StoredEvent } from '#shared/event/index.ts';
import { type CommitItem, toItem, toSnapshotAttributes } from './commit-item.ts';
import { type Append, type AppendedStream, assertProven, tokenAt } from './event-store.ts';

/** A DynamoDB item, attribute names included: 400 KB. */
export const MAXIMUM_ITEM_BYTES = 400 * 1024;

/** Actions of one TransactWriteItems. */
export const MAXIMUM_TRANSACTION_WRITES = 100;

/** All items of one TransactWriteItems together: 4 MB. */
export const MAXIMUM_TRANSACTION_BYTES = 4 * 1024 * 1024;

/** An item that an append writes, and what it answers when the item is there. */
export type FittingItem = { readonly item: CommitItem; readonly appended: AppendedStream };

/**
 * The item that an append writes after the token, without its snapshot if only that makes it too large. Throws
 * `commit-too-large`, with the size, when the events alone do not fit.
 */
export function fittingItem({ token, commit }: Append): FittingItem {
  assertProven(token);
  const { stream } = token;
  const count = commit.events.length;
  const version = token.version + count;
  if (count === 0) throw new Error(`a commit on ${stream} has no events`);
  if (!Number.isSafeInteger(version)) {
    throw new KitError('commit-too-large', `Stream ${stream} cannot count to version ${version}.`);
  }
  const item = toItem(stream, token.version, commit);
  assertCommitFits(item, commit.events);
  const appended = { token: tokenAt(stream, version) };
  const snapshot = commit.snapshot && toSnapshotAttributes(commit.snapshot, PACKABLE_CHARACTERS);
  const carrier = { ...item, ...snapshot?.attributes };
  if (snapshot === undefined || itemBytes(carrier) > MAXIMUM_ITEM_BYTES) return { item, appended };
  return { item: carrier, appended: { ...appended, snapshotBytes: snapshot.bytes } };
}

/** The items of one atomic append, in its order. Throws what {@link fittingItem} throws. */
export function fittingItems(appends: readonly Append[]): FittingItem[] {
  const streams = new Set(appends.map(({ token }) => token.stream));
  if (appends.length === 0 || streams.size < appends.length) {
    throw new Error(`one append must have each of its streams once, but has: ${[...streams].join(', ') || 'none'}`);
  }
  return appends.map(fittingItem);
}

/** `others` are the writes beside the items: unique values. Throws `too-many-streams` or `commit-too-large`. */
export function assertTransactionFits(items: readonly CommitItem[], others: number): void {
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

/** What an event takes in full beside its data and its type: its id, its time, the names of its fields. */
const EVENT_BYTES = 128;

/** Size of a commit with its events written out, as the feed has them: so that whatever the log takes fits there too. */
export const bytesInFull = (item: CommitItem, events: readonly Pick<StoredEvent, 'what'>[]): number =>
  events.reduce((sum, { what }) => sum + EVENT_BYTES + what.length, itemBytes(item));

function assertCommitFits(item: CommitItem, events: readonly StoredEvent[]): void {
  const bytes = bytesInFull(item, events);
  if (bytes <= MAXIMUM_ITEM_BYTES) return;
  throw new KitError(
    'commit-too-large',
    `The commit on ${item.stream} takes ${bytes} bytes; at most ${MAXIMUM_ITEM_BYTES} fit. Record less data or fewer events at once.`,
  );
}

/**
 * Size of an item's attributes, names included: never less than the service counts, and at most a byte or two more for each
 * number. Source: DynamoDB developer guide, "DynamoDB item sizes and formats".
 */
export const itemBytes = (item: Readonly<Record<string, unknown>>): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);

/** A number takes a byte for two digits, and one or two more; a map 3 bytes, and 1 more for each member. */
function valueBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return Math.ceil(String(value).length / 2) + 2;
  if (value instanceof Uint8Array) return value.byteLength;
  if (typeof value !== 'object' || value === null) return 1;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return members.length + 3 + itemBytes(Object.fromEntries(members));
}

/** Ten times what an item holds: a longer state will hardly fit, and is not worth the time to try with every commit. */
const PACKABLE_CHARACTERS = 10 * MAXIMUM_ITEM_BYTES;

/** A unique value's key, at most 2,048 bytes, and its holder. */
const LARGEST_UNIQUE_BYTES = 2_300;
