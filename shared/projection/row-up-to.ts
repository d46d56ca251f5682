/** What becomes of a row with the events that the log holds after it? */
import type { EventStore, StoredRow } from '#shared/store/index.ts';
import type { StreamId } from '#shared/stream/index.ts';
import { type AnyProjection, project } from './projection.ts';

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
