/** How does a row keep up with its stream? Exactly once in effect and in order, however its messages arrive. */
import type { StreamId } from '#shared/event/index.ts';
import type { EventStore } from '#shared/event-store/index.ts';
import { type AnyProjection, project, rowKey } from './projection.ts';
import type { RowStore, StoredRow } from './row-store.ts';

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

const PAGE = 1_000;

/**
 * The row with everything after its watermark up to and including a version; less when the log ends before. A page at a time,
 * so that no stream is too long for the memory. Throws what reading the log throws, and what the projection throws.
 */
export async function rowUpTo(
  store: Pick<EventStore, 'readEvents'>,
  projection: AnyProjection,
  stream: StreamId,
  stored: StoredRow | undefined,
  upTo: number,
): Promise<StoredRow> {
  let { watermark, row } = stored ?? { watermark: 0, row: projection.initialRow };
  for (let last: number | null = watermark; last !== null && last < upTo; ) {
    const page = await store.readEvents(stream, { after: last, limit: Math.min(PAGE, upTo - last) });
    row = project(projection, row, page.events);
    watermark += page.events.length;
    last = page.next;
  }
  return { watermark, row };
}
