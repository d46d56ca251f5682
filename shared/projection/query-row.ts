/** What does a row answer, as it is or with everything that is acknowledged? */
import type { EventStore, RowStore, StoredRow } from '#shared/store/index.ts';
import type { StreamId } from '#shared/stream/index.ts';
import { eventsUpTo } from './events-up-to.ts';
import { type AnyProjection, project, rowKey } from './projection.ts';

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
  const { watermark, row } = stored ?? { watermark: 0, row: projection.initialRow };
  const events = await eventsUpTo(store, stream, watermark, Number.MAX_SAFE_INTEGER);
  const version = watermark + events.length;
  return version === 0 ? undefined : { watermark: version, row: project(projection, row, events) };
}
