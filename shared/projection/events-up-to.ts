/** Which events does the log hold after a version, up to another? */
import type { RecordedEvent } from '#shared/event/index.ts';
import type { EventStore } from '#shared/store/index.ts';
import type { StreamId } from '#shared/stream/index.ts';

const PAGE = 1_000;

/** Everything after `after` up to and including `upTo`, in order; less when the log ends before. */
export async function eventsUpTo(
  store: Pick<EventStore, 'readEvents'>,
  stream: StreamId,
  after: number,
  upTo: number,
): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for (let last: number | null = after; last !== null && last < upTo; ) {
    const page = await store.readEvents(stream, { after: last, limit: Math.min(PAGE, upTo - last) });
    events.push(...page.events);
    last = page.next;
  }
  return events;
}
