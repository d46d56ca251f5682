/** Does a row keep up with its stream, exactly once in effect and in order, whatever happens to the messages? */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createInMemoryEventStore } from '#shared/event-store/index.ts';
import { createInMemoryRowStore, type ProjectionPorts, project, type RowStore } from '#shared/projection/index.ts';
import { counted, journal, noted, record, tallyEvents } from '../../support/tally.ts';
import { deliver, given, key, stream, watched } from './deliveries.ts';
import { messagesOf, permutations } from './messages.ts';

describe('a row', () => {
  it('is the same for every order of five messages, one by one', async () => {
    const { store, messages, expected } = await given(
      [counted(1)],
      [counted(2), noted('a')],
      [counted(3)],
      [counted(4)],
    );
    expect(expected().row).toEqual({ sum: 10, versions: [1, 2, 4, 5] });
    for (const order of permutations(messages)) {
      const rows = createInMemoryRowStore();
      for (const message of order) await deliver({ rows, store }, message);
      expect(await rows.read(key)).toEqual(expected());
    }
  });

  it('is the same for any batches of messages with duplicates and losses, as long as the newest arrives', async () => {
    const batch = fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 6 });
    const { store, messages, expected } = await given(
      [counted(1), counted(2)],
      [noted('a')],
      [counted(3), noted('b'), counted(4)],
      [counted(5)],
    );
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { maxLength: 6 }), fc.nat({ max: 6 }), async (batches, at) => {
        const rows = createInMemoryRowStore();
        const withNewest = batches.toSpliced(at, 0, [messages.length - 1]);
        for (const indexes of withNewest) {
          await deliver({ rows, store }, ...indexes.flatMap((index) => messages[index] ?? []));
        }
        expect(await rows.read(key)).toEqual(expected());
      }),
    );
  });

  it('has after any messages all events up to the newest of them, and none after', async () => {
    const { store, messages } = await given(...Array.from({ length: 7 }, (_, index) => [counted(index)]));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 6 }), { minLength: 1 }), async (indexes) => {
        const rows = createInMemoryRowStore();
        for (const index of indexes) await deliver({ rows, store }, ...messages.slice(index, index + 1));
        const newest = Math.max(...indexes) + 1;
        const row = project(journal, journal.initialRow, messages.slice(0, newest));
        expect(await rows.read(key)).toEqual({ watermark: newest, row });
      }),
    );
  });

  it('is the same when consumers race on it in any interleaving', async () => {
    const { store, messages, expected } = await given(
      [counted(1)],
      [counted(2)],
      [noted('a'), counted(3)],
      [counted(4)],
    );
    const batches = fc.array(fc.shuffledSubarray(messages, { minLength: 1 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(batches, fc.scheduler(), async (batches, scheduler) => {
        const rows = createInMemoryRowStore();
        const slow: ProjectionPorts = {
          rows: {
            read: scheduler.scheduleFunction(rows.read),
            write: scheduler.scheduleFunction(rows.write),
          },
          store: { readEvents: scheduler.scheduleFunction(store.readEvents) },
        };
        const consumers = [...batches, messages.slice(-1)].map((batch) => deliver(slow, ...batch));
        await scheduler.waitFor(Promise.all(consumers));
        expect(await rows.read(key)).toEqual(expected());
      }),
    );
  });

  it('is the same when the answer to a write is lost and the message comes again', async () => {
    const { rows, store, messages, expected } = await given([counted(1)], [counted(2)]);
    const lossy: RowStore = {
      read: rows.read,
      async write(...change) {
        await rows.write(...change);
        throw new Error('the answer was lost');
      },
    };
    for (const message of messages) {
      await expect(deliver({ rows: lossy, store }, message)).rejects.toThrow('the answer was lost');
    }
    for (const message of messages) await deliver({ rows, store }, message);
    expect(await rows.read(key)).toEqual(expected());
  });

  it('counts events that it has no handler for', async () => {
    const { rows, store, messages } = await given([noted('a'), noted('b')]);
    await deliver({ rows, store }, ...messages);
    expect(await rows.read(key)).toEqual({ watermark: 2, row: journal.initialRow });
  });

  it('reads nothing from the log for what is in the row already', async () => {
    const { rows, store, messages } = await given([counted(1)], [counted(2)], [counted(3)]);
    await deliver({ rows, store }, ...messages);
    const unread = watched(store, () => {
      throw new Error('the log was read');
    });
    for (const message of messages) expect(await deliver({ rows, store: unread }, message)).toBe(3);
  });

  it('is not written when its messages bring nothing new', async () => {
    const { rows, store, messages } = await given([counted(1)], [counted(2)]);
    await deliver({ rows, store }, ...messages);
    const unwritten: RowStore = {
      read: rows.read,
      write: () => Promise.reject(new Error('the row was written')),
    };
    for (const message of messages) await deliver({ rows: unwritten, store }, message);
  });

  it('repairs a gap of more events than one page of the log', async () => {
    const { rows, store, messages } = await given(
      ...Array.from({ length: 21 }, () => Array.from({ length: 100 }, () => counted(1))),
    );
    const onRead = vi.fn();
    const [first] = messages;
    const last = (await store.readEvents(stream, { after: 2_099, limit: 1 })).events;
    await deliver({ rows, store }, ...(first === undefined ? [] : [first]));
    await deliver({ rows, store: watched(store, onRead) }, ...last);
    expect(await rows.read(key)).toMatchObject({ watermark: 2_100, row: { sum: 2_100 } });
    expect(onRead).toHaveBeenCalledTimes(3);
  });

  it('is fed the newest shape of an event', async () => {
    const [rows, store] = [createInMemoryRowStore(), createInMemoryEventStore({ events: tallyEvents })];
    await record(store, stream, [{ what: 'Counted', data: { n: 7 } }], { schemaVersion: 1 });
    await record(store, stream, [counted(1)]);
    await deliver({ rows, store }, ...(await messagesOf(store, stream)));
    expect(await rows.read(key)).toEqual({ watermark: 2, row: { sum: 8, versions: [1, 2] } });
  });
});
