/** What is the most that one append may hold? The service's limits, met before any write. */
import { KitError } from '#shared/event/index.ts';

/** A DynamoDB item, attribute names included: 400 KB. */
export const MAXIMUM_ITEM_BYTES = 400 * 1024;

/** Actions of one TransactWriteItems. */
export const MAXIMUM_TRANSACTION_WRITES = 100;

export function assertCommitFits(stream: string, bytes: number): void {
  if (bytes <= MAXIMUM_ITEM_BYTES) return;
  throw new KitError(
    'commit-too-large',
    `The commit on ${stream} takes ${bytes} bytes; at most ${MAXIMUM_ITEM_BYTES} fit. Record less data or fewer events at once.`,
  );
}

export function assertTransactionFits(writes: number): void {
  if (writes <= MAXIMUM_TRANSACTION_WRITES) return;
  throw new KitError(
    'too-many-streams',
    `One append of ${writes} commits and unique values was asked for; at most ${MAXIMUM_TRANSACTION_WRITES} can be atomic.`,
  );
}

/** A version that still counts exactly. */
export function assertVersionFits(stream: string, version: number): void {
  if (Number.isSafeInteger(version)) return;
  throw new KitError('commit-too-large', `Stream ${stream} cannot count to version ${version}.`);
}
