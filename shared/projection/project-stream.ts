/** How does a row keep up with its stream? Exactly once in effect and in order, however its messages arrive. */
import type { EventStore, RowStore } from '#shared/store/index.ts';
import type { StreamId } from '#shared/stream/index.ts';
import { type AnyProjection, rowKey } from './projection.ts';
import { rowUpTo } from './row-up-to.ts';

export type ProjectionPorts = { readonly rows: RowStore; readonly store: Pick<EventStore, 'readEvents'> };

/** Every lost race means that another writer has moved the row on, so a few are enough. */
const MAXIMUM_RACES = 20;

/**
 * Brings a row at least to the version that a message has announced, as far as the log goes, and gives the version reached.
 *
 * A message is only a hint. What the row has already is passed over; what it has not is read from the log and applied in
 * order. So any order, any duplicates, any losses before the newest, and any false messages give the same row. Safe to
 * retry. Throws `unknown-event`, `stream-corrupted` and `store-unavailable`, and what the projection throws; the row is then
 * as it was.
 */
export async function projectStream(
  { rows, store }: ProjectionPorts,
  projection: AnyProjection,
  stream: StreamId,
  announced: number,
): Promise<number> {
  const key = rowKey(projection, stream);
  for (let race = 0; race < MAXIMUM_RACES; race += 1) {
    const stored = await rows.read(key);
    const from = stored?.watermark ?? 0;
    const { watermark, row } = await rowUpTo(store, projection, stream, stored, announced);
    if (watermark === from) return watermark;
    if (await rows.write(key, { from, watermark, row })) return watermark;
  }
  throw new Error(`the row ${key} of ${projection.name} was written by others ${MAXIMUM_RACES} times in a row`);
}
