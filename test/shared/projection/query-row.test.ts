/** What does a row answer, as it is and with all that is acknowledged? */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createInMemoryEventStore } from '#shared/event-store/index.ts';
import { createInMemoryRowStore, project, projectStream, queryRow, rowKey } from '#shared/projection/index.ts';
import { counted, journal, record, spoilt, tally, tallyEvents } from '../../support/tally.ts';
import { messagesOf } from './messages.ts';

const stream = tally('1');

function emptyPorts() {
  return { store: createInMemoryEventStore({ events: tallyEvents }), rows: createInMemoryRowStore() };
}

describe('a strong read', () => {
  it('has everything acknowledged, however little of it the row has got', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer(), { minLength: 1, maxLength: 8 }), fc.nat(), async (numbers, arrived) => {
        const ports = emptyPorts();
        for (const by of numbers) await record(ports.store, stream, [counted(by)]);
        const messages = await messagesOf(ports.store, stream);
        const reached = arrived % (messages.length + 1);
        await projectStream(ports, journal, stream, reached);
        const row = project(journal, journal.initialRow, messages);
        expect(await queryRow(ports, journal, stream, 'strong')).toEqual({ watermark: messages.length, row });
      }),
    );
  });

  it('has it though no message ever arrived, over any number of pages of the log', async () => {
    const ports = emptyPorts();
    for (let commit = 0; commit < 21; commit += 1) {
      await record(
        ports.store,
        stream,
        Array.from({ length: 100 }, () => counted(1)),
      );
    }
    expect(await queryRow(ports, journal, stream, 'strong')).toMatchObject({ watermark: 2_100, row: { sum: 2_100 } });
  });

  it('applies each page before it reads the next, so that a stream of any length fits into the memory', async () => {
    const ports = emptyPorts();
    await record(
      ports.store,
      stream,
      Array.from({ length: 2_100 }, () => spoilt),
    );
    const readEvents = vi.fn(ports.store.readEvents);
    await expect(queryRow({ ...ports, store: { readEvents } }, journal, stream, 'strong')).rejects.toThrow();
    expect(readEvents).toHaveBeenCalledTimes(1);
  });

  it('writes nothing', async () => {
    const ports = emptyPorts();
    await record(ports.store, stream, [counted(1)]);
    await queryRow(ports, journal, stream, 'strong');
    expect(await ports.rows.read(rowKey(journal, stream))).toBeUndefined();
    expect(await queryRow(ports, journal, stream, 'eventual')).toBeUndefined();
  });

  it('finds nothing where there is nothing', async () => {
    expect(await queryRow(emptyPorts(), journal, stream, 'strong')).toBeUndefined();
  });

  it('fails rather than leave out an event that cannot be applied', async () => {
    const ports = emptyPorts();
    await record(ports.store, stream, [counted(1), spoilt]);
    await expect(queryRow(ports, journal, stream, 'strong')).rejects.toThrow('cannot be applied');
  });

  it('does not take the row of another version of the projection for its own', async () => {
    const ports = emptyPorts();
    await record(ports.store, stream, [counted(1)]);
    await projectStream(ports, { ...journal, version: 2 }, stream, 1);
    expect(await queryRow(ports, journal, stream, 'eventual')).toBeUndefined();
  });
});

describe('a plain read', () => {
  it('is the row as it stands, and does not read the log', async () => {
    const ports = emptyPorts();
    await record(ports.store, stream, [counted(1)]);
    await projectStream(ports, journal, stream, 1);
    await record(ports.store, stream, [counted(2)]);
    const store = { readEvents: () => Promise.reject(new Error('the log was read')) };
    const row = { sum: 1, versions: [1] };
    expect(await queryRow({ rows: ports.rows, store }, journal, stream, 'eventual')).toEqual({ watermark: 1, row });
  });
});
