/** How does a row keep up with its stream? Exactly once in effect and in order, however its messages arrive. */
import type { EventStore, RowStore } from '#shared/store/index.ts';
import type { StreamId } from '#shared/stream/index.ts';
import { eventsUpTo } from './events-up-to.ts';
import { type AnyProjection, project, rowKey } from './projection.ts';

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
    const { watermark, row } = (await rows.read(key)) ?? { watermark: 0, row: projection.initialRow };
    const events = await eventsUpTo(store, stream, watermark, announced);
    if (events.length === 0) return watermark;
    const reached = watermark + events.length;
    const change = { from: watermark, watermark: reached, row: project(projection, row, events) };
    if (await rows.write(key, change)) return reached;
  }
  throw new Error(`the row ${key} of ${projection.name} was written by others ${MAXIMUM_RACES} times in a row`);
}
