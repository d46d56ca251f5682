/** What does the bus bring of a stream? */
import type { RecordedEvent, StreamId } from '#shared/event/index.ts';
import type { EventStore } from '#shared/event-store/index.ts';

/** One message per event, in order, as the bus carries them. */
export async function messagesOf(store: EventStore, stream: StreamId): Promise<RecordedEvent[]> {
  const { events } = await store.readEvents(stream, { after: 0, limit: 1_000 });
  return JSON.parse(JSON.stringify(events));
}

/** Every order of the items. */
export const permutations = <Item>(items: readonly Item[]): Item[][] =>
  items.length <= 1
    ? [[...items]]
    : items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
