/** Do only the messages of a stream that failed come back to the queue? */
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { projectionConsumer } from '#shared/edge/queue/index.ts';
import type { RecordedEvent } from '#shared/event/index.ts';
import { createInMemoryEventStore } from '#shared/event-store/index.ts';
import { createInMemoryRowStore } from '#shared/projection/index.ts';
import { counted, journal, record, spoilt, tally, tallyEvents } from '../../../support/tally.ts';

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}));
afterEach(() => vi.restoreAllMocks());

function given() {
  const ports = { store: createInMemoryEventStore({ events: tallyEvents }), rows: createInMemoryRowStore() };
  const consume = projectionConsumer(journal, ports);
  return {
    ...ports,
    run: async (...records: SQSRecord[]) => {
      const { batchItemFailures } = await consume({ Records: records } as SQSEvent);
      return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).toSorted();
    },
  };
}

/** A message as a queue behind a rule holds it: the event in its envelope. */
const message = (messageId: string, detail: unknown): SQSRecord =>
  ({
    messageId,
    body: JSON.stringify({ version: '0', id: 'e', 'detail-type': 'Counted', source: 'tributary.tallies', detail }),
  }) as SQSRecord; // what a consumer reads of it
const text = (messageId: string, body: string) => ({ messageId, body }) as SQSRecord; // as above

async function eventsOf({ store }: ReturnType<typeof given>, id: string): Promise<readonly RecordedEvent[]> {
  return (await store.readEvents(tally(id), { after: 0, limit: 1_000 })).events;
}

describe('a projection consumer', () => {
  it('brings the rows of all streams of a batch up to date', async () => {
    const context = given();
    await record(context.store, tally('1'), [counted(1), counted(2)]);
    await record(context.store, tally('2'), [counted(5)]);
    const details = [...(await eventsOf(context, '1')), ...(await eventsOf(context, '2'))].toReversed();
    expect(await context.run(...details.map((detail, index) => message(`m${index}`, detail)))).toEqual([]);
    expect(await context.rows.read('v1#tally-1')).toEqual({ watermark: 2, row: { sum: 3, versions: [1, 2] } });
    expect(await context.rows.read('v1#tally-2')).toEqual({ watermark: 1, row: { sum: 5, versions: [1] } });
  });

  it('takes an empty batch', async () => {
    expect(await given().run()).toEqual([]);
  });

  it('gives back all messages of a stream with an event that cannot be applied, and only those', async () => {
    const context = given();
    await record(context.store, tally('1'), [counted(1), spoilt, counted(2)]);
    await record(context.store, tally('2'), [counted(5)]);
    const [one, two] = [await eventsOf(context, '1'), await eventsOf(context, '2')];
    const failed = await context.run(
      ...one.map((detail, index) => message(`bad${index}`, detail)),
      ...two.map((detail) => message('good', detail)),
    );
    expect(failed).toEqual(['bad0', 'bad1', 'bad2']);
    expect(await context.rows.read('v1#tally-2')).toMatchObject({ watermark: 1 });
    expect(console.error).toHaveBeenCalledWith('journal could not take tally-1 further', expect.any(Error));
  });

  it('gives back a message that speaks of a version that the log has not got', async () => {
    const context = given();
    await record(context.store, tally('1'), [counted(1)]);
    const [event] = await eventsOf(context, '1');
    const early = { ...event, context: { ...event?.context, version: 9 } };
    expect(await context.run(message('early', early), message('right', event))).toEqual(['early']);
    expect(await context.rows.read('v1#tally-1')).toMatchObject({ watermark: 1 });
    expect(console.error).toHaveBeenCalledWith('Version 9 of tally-1 was announced, but the log ends at 1');
  });

  it('takes the content of an event from the log, whatever a message says', async () => {
    const context = given();
    await record(context.store, tally('1'), [counted(1)]);
    const [event] = await eventsOf(context, '1');
    const forged = { ...event, data: { amount: 1_000_000 } };
    expect(await context.run(message('forged', forged))).toEqual([]);
    expect(await context.rows.read('v1#tally-1')).toEqual({ watermark: 1, row: { sum: 1, versions: [1] } });
  });

  it('gives back everything of a stream whose row cannot be written, and takes it when it comes again', async () => {
    const context = given();
    await record(context.store, tally('1'), [counted(1)]);
    await record(context.store, tally('2'), [counted(2)]);
    const messages = [...(await eventsOf(context, '1')), ...(await eventsOf(context, '2'))].map((detail) =>
      message(detail.context.stream, detail),
    );
    const { write } = context.rows;
    const away = vi
      .spyOn(context.rows, 'write')
      .mockImplementation((key, change) =>
        key === 'v1#tally-1' ? Promise.reject(new Error('away')) : write(key, change),
      );
    expect(await context.run(...messages)).toEqual(['tally-1']);
    away.mockRestore();
    expect(await context.run(...messages)).toEqual([]);
    expect(await context.rows.read('v1#tally-1')).toMatchObject({ watermark: 1 });
  });

  it.each([
    ['text', text('odd', 'hello')],
    ['nothing', text('odd', '')],
    ['null', text('odd', 'null')],
    ['an envelope without an event', message('odd', undefined)],
    [
      'an event without a version',
      message('odd', { context: { what: 'Counted', stream: 'tally-1', schemaVersion: 1 }, data: {} }),
    ],
    [
      'version 0',
      message('odd', { context: { what: 'Counted', stream: 'tally-1', version: 0, schemaVersion: 1 }, data: {} }),
    ],
    [
      'no stream',
      message('odd', { context: { what: 'Counted', stream: 'TALLY', version: 1, schemaVersion: 1 }, data: {} }),
    ],
  ])('gives back a message that is no event (%s), and takes the others', async (_, odd) => {
    const context = given();
    await record(context.store, tally('1'), [counted(1)]);
    const [event] = await eventsOf(context, '1');
    expect(await context.run(odd, message('good', event))).toEqual(['odd']);
    expect(await context.rows.read('v1#tally-1')).toMatchObject({ watermark: 1 });
    expect(console.error).toHaveBeenCalledWith('The message odd is not an event');
  });
});
