/** What DynamoDB takes of rows and entries. Every table keeps to it, so that nothing passes in memory that fails there. */
import { KitError, type StreamId } from '#shared/event/index.ts';
import { itemBytes, MAXIMUM_ITEM_BYTES } from '#shared/event-store/index.ts';

type Item = Readonly<Record<string, unknown>>;

/** Of a partition key and a sort key. Source: DynamoDB quotas. */
const MAXIMUM_KEY_BYTES = 2_048;
const MAXIMUM_SORT_BYTES = 1_024;

/** Throws `row-too-large` with the size. */
export function assertRowFits(stream: StreamId, item: Item): void {
  const bytes = itemBytes(item);
  if (bytes <= MAXIMUM_ITEM_BYTES) return;
  throw new KitError(
    'row-too-large',
    `The row of ${stream} takes ${bytes} bytes; at most ${MAXIMUM_ITEM_BYTES} fit. Keep what grows as entries.`,
  );
}

/** Throws `row-too-large` with the size. */
export function assertEntryFits(stream: StreamId, item: Item & { readonly key: string }): void {
  const bytes = itemBytes(item);
  if (bytes <= MAXIMUM_ITEM_BYTES) return;
  throw new KitError(
    'row-too-large',
    `An entry of ${stream} under "${item.key.slice(0, 50)}" takes ${bytes} bytes; at most ${MAXIMUM_ITEM_BYTES} fit. Make several of it.`,
  );
}

/** Throws `invalid-identifier`. */
export function assertEntryKeyFits(stream: StreamId, { key, sort }: { readonly key: string; readonly sort: string }) {
  if (Buffer.byteLength(key) <= MAXIMUM_KEY_BYTES && Buffer.byteLength(sort) <= MAXIMUM_SORT_BYTES) return;
  throw new KitError(
    'invalid-identifier',
    `An entry of ${stream} under "${key.slice(0, 50)}" has a key or sort that is too long: ${MAXIMUM_KEY_BYTES} and ${MAXIMUM_SORT_BYTES} bytes fit.`,
  );
}
