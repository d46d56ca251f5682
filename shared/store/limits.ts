/** What is the most that one append may hold? The service's limits, met before any write. */
import { KitError } from '#shared/event/index.ts';
import { itemBytes } from './item-bytes.ts';

/** A DynamoDB item, attribute names included: 400 KB. */
export const MAXIMUM_ITEM_BYTES = 400 * 1024;

/** Actions of one TransactWriteItems. */
export const MAXIMUM_TRANSACTION_WRITES = 100;

/** All items of one TransactWriteItems together: 4 MB. */
export const MAXIMUM_TRANSACTION_BYTES = 4 * 1024 * 1024;

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
