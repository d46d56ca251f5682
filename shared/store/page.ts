/** Which events make a page of a stream? */
import type { RecordedEvent } from '#shared/event/index.ts';
import { KitError } from '#shared/event/index.ts';
import type { StreamId } from '#shared/stream/index.ts';
import type { EventPage } from './event-store.ts';

/**
 * The page of up to `limit` events after a version, from contiguous events that begin at or before it. Throws
 * `stream-corrupted` when the stream goes on after `after` but the event that follows it is not there.
 */
export function toPage(
  stream: StreamId,
  version: number,
  events: readonly RecordedEvent[],
  { after, limit }: { readonly after: number; readonly limit: number },
): EventPage {
  const page = events.filter((event) => event.context.version > after).slice(0, limit);
  const first = page[0]?.context.version;
  if (after < version && first !== after + 1) {
    throw new KitError(
      'stream-corrupted',
      `Stream ${stream} is corrupted: expected version ${after + 1}, found ${first === undefined ? 'none' : `version ${first}`}.`,
    );
  }
  const last = page.at(-1)?.context.version ?? after;
  // Events may have been appended while the page was read.
  const head = Math.max(version, events.at(-1)?.context.version ?? 0);
  return { version: head, events: page, next: last < head && page.length > 0 ? last : null };
}
