/** What does a row answer, as it is or with everything that is acknowledged? */
import type { EventStore, RowStore, StoredRow } from '#shared/store/index.ts';
import type { StreamId } from '#shared/stream/index.ts';
import { type AnyProjection, rowKey } from './projection.ts';
import { rowUpTo } from './row-up-to.ts';

/** `strong` includes every commit acknowledged before the call, whatever the state of the bus. */
export type Consistency = 'eventual' | 'strong';

/**
 * The row of a stream, or nothing when no event has reached it. A strong read folds the events after the row's watermark
 * from the log, for this answer only: nothing is written.
 */
export async function queryRow(
  { rows, store }: { readonly rows: RowStore; readonly store: Pick<EventStore, 'readEvents'> },
  projection: AnyProjection,
  stream: StreamId,
  consistency: Consistency,
): Promise<StoredRow | undefined> {
  const stored = await rows.read(rowKey(projection, stream));
  if (consistency === 'eventual') return stored;
  const current = await rowUpTo(store, projection, stream, stored, Number.MAX_SAFE_INTEGER);
  return current.watermark === 0 ? undefined : current;
}
