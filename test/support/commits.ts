/** What the kit's own tests record: made-up events, one of which has had three shapes. */
import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { type EventDefinitions, type StoredEvent, type StreamId, toStreamId } from '#shared/event/index.ts';
import type { NewCommit } from '#shared/event-store/index.ts';

export const kitEvents = {
  Noted: { meaning: 'Something was noted.', schema: z.unknown() },
  /** Version 1 was a bare text, version 2 had `name`, version 3 has `first` and `last`. */
  Greeted: {
    meaning: 'Somebody was greeted.',
    schema: z.object({ first: z.string(), last: z.string() }),
    upcasters: [
      (name) => ({ name }),
      (data) => {
        const [first = '', last = ''] = (data as { name: string }).name.split(' '); // the shape of version 2
        return { first, last };
      },
    ],
  },
} satisfies EventDefinitions;

export const someStream = (category = 'till'): StreamId => toStreamId(category, randomUUID());

export const noted = (data: unknown, event: Partial<StoredEvent> = {}): StoredEvent => ({
  id: randomUUID(),
  what: 'Noted',
  data,
  effectiveAt: '2026-01-01',
  schemaVersion: 1,
  ...event,
});

/** A commit with one event for each of the data, and whatever else is given. */
export function commitOf(data: readonly unknown[], others: Partial<NewCommit> = {}): NewCommit {
  const id = randomUUID();
  return {
    recordedAt: '2026-01-01T00:00:00.000Z',
    who: 'clerk',
    why: { id, what: 'note', when: '2026-01-01T00:00:00.000Z', who: 'clerk', payloadHash: 'hash' },
    correlationId: id,
    causationId: id,
    events: data.map((one) => noted(one)),
    ...others,
  };
}
