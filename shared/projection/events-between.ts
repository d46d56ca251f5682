/** Which events does the log hold between two versions? */
import type { RecordedEvent } from '#shared/event/index.ts';
import type { EventStore } from '#shared/store/index.ts';
import type { StreamId } from '#shared/stream/index.ts';

const PAGE = 1_000;

/** Everything after `after` up to and including `upTo`, in order. Throws, after one page, when the log ends before. */
export async function eventsBetween(
  store: Pick<EventStore, 'readEvents'>,
  stream: StreamId,
  after: number,
  upTo: number,
): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for (let next = after; next < upTo; ) {
    const page = await store.readEvents(stream, { after: next, limit: Math.min(PAGE, upTo - next) });
    if (page.version < upTo) {
      throw new Error(`version ${upTo} of ${stream} was announced, but the log ends at ${page.version}`);
    }
    events.push(...page.events);
    next += page.events.length;
  }
  return events;
}
