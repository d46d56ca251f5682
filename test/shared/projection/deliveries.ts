/** How do messages reach a row in tests? */
import type { DomainEvent, RecordedEvent } from '#shared/event/index.ts';
import { createInMemoryEventStore } from '#shared/event-store/index.ts';
import {
  createInMemoryRowStore,
  type ProjectionPorts,
  project,
  projectStream,
  rowKey,
} from '#shared/projection/index.ts';
import { journal, record, tally, tallyEvents } from '../../support/tally.ts';
import { messagesOf } from './messages.ts';

export const stream = tally('1');
export const key = rowKey(journal, stream);

/** A log with one commit per group of events, an empty query table, and the messages of all events. */
export async function given(...commits: DomainEvent[][]) {
  const store = createInMemoryEventStore({ events: tallyEvents });
  for (const events of commits) await record(store, stream, events);
  const rows = createInMemoryRowStore();
  const messages = await messagesOf(store, stream);
  const expected = () => ({ watermark: messages.length, row: project(journal, journal.initialRow, messages) });
  return { store, rows, messages, expected };
}

/** Only the newest version of a batch counts. */
export const deliver = (ports: ProjectionPorts, ...batch: RecordedEvent[]) =>
  projectStream(ports, journal, stream, Math.max(...batch.map(({ context }) => context.version)));

/** A log that counts its reads, or refuses them. */
export const watched = (store: ProjectionPorts['store'], onRead: () => void): ProjectionPorts['store'] => ({
  readEvents: (of, range) => {
    onRead();
    return store.readEvents(of, range);
  },
});
