/** How does a row keep up with its stream? Exactly once in effect and in order, however its messages arrive. */
import { type RecordedEvent, upcast } from '#shared/event/index.ts';
import type { EventStore, RowStore } from '#shared/store/index.ts';
import type { StreamId } from '#shared/stream/index.ts';
import { eventsBetween } from './events-between.ts';
import { type AnyProjection, project, rowKey } from './projection.ts';

export type ProjectionPorts = { readonly rows: RowStore; readonly store: Pick<EventStore, 'readEvents'> };

/** Every lost race means that another writer has moved the row on, so a few are enough. */
const MAXIMUM_RACES = 20;

/**
 * Brings a row at least to the newest version that the messages speak of.
 *
 * A message is only a hint that its stream has reached a version. Versions already in the row are passed over, the next in
 * line are applied, and what lies in a gap is read from the log. Any order, any duplicates, any losses before the newest give
 * the same row. Safe to retry. Throws `unknown-event`, `stream-corrupted` and `store-unavailable`, and an error when a
 * message speaks of a version that the log has not got.
 */
export async function projectStream(
  { rows, store }: ProjectionPorts,
  projection: AnyProjection,
  stream: StreamId,
  messages: readonly RecordedEvent[],
): Promise<void> {
  const key = rowKey(projection, stream);
  const target = Math.max(...messages.map(({ context }) => context.version));
  for (let race = 0; race < MAXIMUM_RACES; race += 1) {
    const { watermark, row } = (await rows.read(key)) ?? { watermark: 0, row: projection.initialRow };
    if (watermark >= target) return;
    const events =
      inLine(projection, messages, { after: watermark, upTo: target }) ??
      (await eventsBetween(store, stream, watermark, target));
    const change = { from: watermark, watermark: target, row: project(projection, row, events) };
    if (await rows.write(key, change)) return;
  }
  throw new Error(`the row ${key} of ${projection.name} was written by others ${MAXIMUM_RACES} times in a row`);
}

/** The messages as the events of a range, when they are all of it. */
function inLine(
  { events }: AnyProjection,
  messages: readonly RecordedEvent[],
  { after, upTo }: { readonly after: number; readonly upTo: number },
): RecordedEvent[] | undefined {
  const byVersion = new Map(messages.map((message) => [message.context.version, message]));
  const found: RecordedEvent[] = [];
  for (let version = after + 1; version <= upTo; version += 1) {
    const message = byVersion.get(version);
    if (message === undefined) return undefined;
    found.push(inNewestShape(events, message));
  }
  return found;
}

function inNewestShape(definitions: AnyProjection['events'], { context, data }: RecordedEvent): RecordedEvent {
  const { what, schemaVersion } = context;
  const newest = upcast(definitions, { what, schemaVersion, data });
  return { context: { ...context, schemaVersion: newest.schemaVersion }, data: newest.data };
}
