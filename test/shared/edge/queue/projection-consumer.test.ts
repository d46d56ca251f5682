/** Only the messages of a stream that failed come back to the queue; what a message says beside stream and version is not read. */
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { projectionConsumer } from '#shared/edge/queue/index.ts';
import { type DomainEvent, KitError, toStreamId } from '#shared/event/index.ts';
import { createInMemoryEventStore } from '#shared/event-store/index.ts';
import { catchUp, createInMemoryQueryTable, createRowCache, redriveStream } from '#shared/projection/index.ts';
import { counted, journal, record, spoilt, tally, tallyEvents } from '../../../support/tally.ts';
import { aroundCalls, noting } from '../../projection/around-calls.ts';

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}));
afterEach(() => vi.restoreAllMocks());

type Handler = ReturnType<typeof projectionConsumer>;

const NOW = new Date('2026-11-21T12:00:00.000Z');
/** What a consumer has of its surroundings, when nobody looks. */
const around = { clock: () => NOW, comeBackAfter: async () => {} };

/** The messages that come back. */
async function run(consume: Handler, ...records: SQSRecord[]): Promise<string[]> {
  const { batchItemFailures } = await consume({ Records: records } as SQSEvent);
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).toSorted();
}

/** Tallies in a log, each with one commit for each group of events. */
async function given(tallies: Readonly<Record<string, readonly (readonly DomainEvent[])[]>> = {}) {
  const store = createInMemoryEventStore({ events: tallyEvents });
  for (const [id, commits] of Object.entries(tallies)) {
    for (const events of commits) await record(store, tally(id), events);
  }
  const table = createInMemoryQueryTable();
  const consume = projectionConsumer(journal, { store, table, ...around });
  return { store, table, run: (...records: SQSRecord[]) => run(consume, ...records) };
}

/** A message as a queue behind a rule holds it: the context of an event. */
const message = (messageId: string, context: unknown): SQSRecord => text(messageId, JSON.stringify(context));
const text = (messageId: string, body: string, receives = 1) =>
  ({ messageId, body, attributes: { ApproximateReceiveCount: String(receives) } }) as SQSRecord; // what a consumer reads of it
/** The same message, received so often. */
const again = ({ messageId, body }: SQSRecord, receives: number) => text(messageId, body, receives);
const hint = (id: string, version: number, messageId = `${id}@${version}`) =>
  message(messageId, { id: 'e', what: 'Counted', stream: tally(id), version, schemaVersion: 2 });

describe('a projection consumer', () => {
  it('brings the rows of all streams of a batch up to date', async () => {
    const { run, table } = await given({ 1: [[counted(1), counted(2)]], 2: [[counted(5)]] });
    expect(await run(hint('2', 1), hint('1', 2), hint('1', 1))).toEqual([]);
    expect(await table.read(tally('1'))).toEqual({ watermark: 2, row: { sum: 3, versions: [1, 2] } });
    expect(await table.read(tally('2'))).toEqual({ watermark: 1, row: { sum: 5, versions: [1] } });
  });

  it('takes an empty batch', async () => {
    expect(await (await given()).run()).toEqual([]);
  });

  it('gives back all messages of a stream with an event that cannot be applied, and only those', async () => {
    const { run, table } = await given({ 1: [[counted(1), spoilt], [counted(2)]], 2: [[counted(5)]] });
    expect(await run(hint('1', 1), hint('1', 2), hint('1', 3), hint('2', 1))).toEqual(['1@1', '1@2', '1@3']);
    expect(await table.read(tally('2'))).toMatchObject({ watermark: 1 });
    expect(await table.read(tally('1'))).toBeUndefined();
    expect(console.error).toHaveBeenCalledWith('journal could not take tally-1 further', expect.any(Error));
  });

  it('gives back a message that announces a version that the log has not got, and takes the others', async () => {
    const { run, table } = await given({ 1: [[counted(1)]] });
    expect(await run(hint('1', 9), hint('1', 1), hint('none', 1))).toEqual(['1@9', 'none@1']);
    expect(await table.read(tally('1'))).toMatchObject({ watermark: 1 });
    expect(console.error).toHaveBeenCalledWith('Version 9 of tally-1 was announced, but the log ends at 1');
  });

  it('takes the content of an event from the log, whatever a message says', async () => {
    const { run, table } = await given({ 1: [[counted(1)]] });
    const forged = { stream: tally('1'), version: 1, what: 'Spoilt', data: { by: 1_000_000 }, schemaVersion: 7 };
    expect(await run(message('forged', forged))).toEqual([]);
    expect(await table.read(tally('1'))).toEqual({ watermark: 1, row: { sum: 1, versions: [1] } });
  });

  it('gives back everything of a stream whose row cannot be written, and takes it when it comes again', async () => {
    const { store, table } = await given({ 1: [[counted(1)]], 2: [[counted(2)]] });
    let isAway = true;
    const away = aroundCalls(table, (call, proceed, [stream]) =>
      isAway && call === 'write' && stream === tally('1')
        ? Promise.reject(new KitError('store-unavailable', 'away', { retryable: true }))
        : proceed(),
    );
    const consume = projectionConsumer(journal, { store, table: away, rows: createRowCache(), ...around });
    expect(await run(consume, hint('1', 1), hint('2', 1))).toEqual(['1@1']);
    isAway = false;
    expect(await run(consume, hint('1', 1), hint('2', 1))).toEqual([]);
    expect(await table.read(tally('1'))).toMatchObject({ watermark: 1 });
  });

  it('takes the messages of one commit of a hundred events with one write, batch by batch', async () => {
    const { store, table } = await given({ 1: [Array.from({ length: 100 }, () => counted(1))] });
    const calls: string[] = [];
    const ports = { store: noting(store, calls), table: noting(table, calls), rows: createRowCache(), ...around };
    const consume = projectionConsumer(journal, ports);
    const hints = Array.from({ length: 100 }, (_, index) => hint('1', 100 - index));
    for (let at = 0; at < 100; at += 10) expect(await run(consume, ...hints.slice(at, at + 10))).toEqual([]);
    expect(calls).toEqual(['read', 'readCommits', 'write']);
  });

  it('goes on from a row that another consumer has moved on', async () => {
    const { store, table } = await given({ 1: [[counted(1)]] });
    const consume = projectionConsumer(journal, { store, table, rows: createRowCache(), ...around });
    expect(await run(consume, hint('1', 1))).toEqual([]);
    await record(store, tally('1'), [counted(2)]);
    await catchUp({ store, table }, journal, tally('1'), 2);
    await record(store, tally('1'), [counted(3)]);
    expect(await run(consume, hint('1', 2), hint('1', 3))).toEqual([]);
    expect(await table.read(tally('1'))).toEqual({ watermark: 3, row: { sum: 6, versions: [1, 2, 3] } });
  });

  it.each([
    ['text', text('odd', 'hello')],
    ['nothing', text('odd', '')],
    ['null', text('odd', 'null')],
    ['a whole event', message('odd', { context: { stream: 'tally-1', version: 1 }, data: {} })],
    ['no version', message('odd', { stream: 'tally-1' })],
    ['version 0', message('odd', { stream: 'tally-1', version: 0 })],
    ['version 1.5', message('odd', { stream: 'tally-1', version: 1.5 })],
    ['a version that is text', message('odd', { stream: 'tally-1', version: '1' })],
    ['no stream', message('odd', { stream: 'TALLY', version: 1 })],
    ['a stream of another aggregate', message('odd', { stream: toStreamId('parcel', '1'), version: 1 })],
  ])('gives back a message that is no hint for it (%s), and takes the others', async (_, odd) => {
    const { run, table } = await given({ 1: [[counted(1)]] });
    expect(await run(odd, hint('1', 1))).toEqual(['odd']);
    expect(await table.read(tally('1'))).toMatchObject({ watermark: 1 });
    expect(await table.read(toStreamId('parcel', '1'))).toBeUndefined();
    expect(console.error).toHaveBeenCalledWith('The message odd names no stream of journal with a version');
  });

  it('takes streams of every category of its projection', async () => {
    const { store, table } = await given({ 1: [[counted(1)]] });
    await record(store, toStreamId('parcel', '1'), [counted(4)]);
    const both = projectionConsumer({ ...journal, categories: ['parcel', 'tally'] }, { store, table, ...around });
    expect(await run(both, hint('1', 1), message('parcel', { stream: 'parcel-1', version: 1 }))).toEqual([]);
    expect(await table.read(toStreamId('parcel', '1'))).toMatchObject({ row: { sum: 4 } });
  });
});

describe('a stream with an event that cannot be applied', () => {
  const poisoned = () => given({ 1: [[counted(1)], [spoilt], [counted(2)]], 2: [[counted(5)]] });

  it('is parked at that event after five attempts, and not before', async () => {
    const { run, table } = await poisoned();
    for (let receives = 1; receives < 5; receives += 1) {
      expect(await run(again(hint('1', 3), receives), hint('2', 1))).toEqual(['1@3']);
      expect(await table.parkedStreams()).toEqual([]);
    }
    expect(await run(again(hint('1', 3), 5))).toEqual([]);
    const error = 'journal cannot apply Spoilt, version 2 of tally-1: this event cannot be applied';
    const parked = { version: 2, error, at: NOW.toISOString() };
    expect(await table.parkedStreams()).toEqual([{ stream: tally('1'), ...parked }]);
    expect(await table.read(tally('1'))).toEqual({ watermark: 1, row: { sum: 1, versions: [1] }, parked });
  });

  it('keeps its later events waiting, and nobody else', async () => {
    const { run, store, table } = await poisoned();
    await run(again(hint('1', 3), 5));
    await record(store, tally('1'), [counted(7)]);
    await record(store, tally('2'), [counted(7)]);
    expect(await run(hint('1', 4), hint('2', 2))).toEqual([]);
    expect(await table.read(tally('1'))).toMatchObject({ watermark: 1 });
    expect(await table.read(tally('2'))).toMatchObject({ watermark: 2 });
  });

  it('goes on when it has been redriven, also in a consumer that knew it as parked', async () => {
    const { store, table } = await poisoned();
    const consume = projectionConsumer(journal, { store, table, rows: createRowCache(), ...around });
    await run(consume, again(hint('1', 3), 5));
    expect(await run(consume, hint('1', 3))).toEqual([]);
    const mended = { ...journal, on: { ...journal.on, Spoilt: (row: unknown) => row } };
    expect(
      await redriveStream({ table, ...around }, mended, tally('1'), () =>
        catchUp({ store, table }, mended, tally('1'), 3),
      ),
    ).toBe(3);
    await record(store, tally('1'), [counted(4)]);
    expect(await run(consume, hint('1', 4))).toEqual([]);
    expect(await table.read(tally('1'))).toEqual({ watermark: 4, row: { sum: 7, versions: [1, 3, 4] } });
  });

  it.each([
    ['a store that does not answer', new KitError('store-unavailable', 'away', { retryable: true })],
    ['a missing grant', Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' })],
  ])('is not what %s makes of it: that comes back, however often', async (_, failure) => {
    const { store, table } = await given({ 1: [[counted(1)]] });
    const failing = aroundCalls(table, (call, proceed) => (call === 'write' ? Promise.reject(failure) : proceed()));
    const consume = projectionConsumer(journal, { store, table: failing, ...around });
    expect(await run(consume, again(hint('1', 1), 19))).toEqual(['1@1']);
    expect(await table.parkedStreams()).toEqual([]);
  });

  it.each(['unknown-event', 'stream-corrupted', 'row-too-large', 'invalid-identifier'] as const)(
    'is parked too when what is wrong with it is %s',
    async (code) => {
      const { store, table } = await given({ 1: [[counted(1)]] });
      const failing = aroundCalls(table, (call, proceed) =>
        call === 'write' ? Promise.reject(new KitError(code, 'it is so')) : proceed(),
      );
      const consume = projectionConsumer(journal, { store, table: failing, ...around });
      expect(await run(consume, again(hint('1', 1), 5))).toEqual([]);
      expect(await table.parkedStreams()).toMatchObject([{ stream: tally('1'), version: 1, error: 'it is so' }]);
    },
  );

  it('comes back when it could not be parked', async () => {
    const { store, table } = await poisoned();
    const failing = aroundCalls(table, (call, proceed) =>
      call === 'park' ? Promise.reject(new Error('no')) : proceed(),
    );
    const consume = projectionConsumer(journal, { store, table: failing, ...around });
    expect(await run(consume, again(hint('1', 3), 5))).toEqual(['1@3']);
  });
});

describe('a message that comes back', () => {
  it('does so later each time, up to a quarter of an hour', async () => {
    const { store, table } = await given({ 1: [[counted(1)]] });
    const waits: number[] = [];
    const comeBackAfter = async (_: SQSRecord, seconds: number) => void waits.push(seconds);
    const away = aroundCalls(table, () =>
      Promise.reject(new KitError('store-unavailable', 'away', { retryable: true })),
    );
    const consume = projectionConsumer(journal, { store, table: away, clock: () => NOW, comeBackAfter });
    for (const receives of [1, 2, 3, 4, 10, 11, 20]) await run(consume, again(hint('1', 1), receives));
    expect(waits).toEqual([1, 2, 4, 8, 512, 900, 900]);
  });

  it('does so at once when it will never be right, so that the queue gives it up', async () => {
    const { store, table } = await given({ 1: [[counted(1)]] });
    const waits: number[] = [];
    const comeBackAfter = async (_: SQSRecord, seconds: number) => void waits.push(seconds);
    const consume = projectionConsumer(journal, { store, table, clock: () => NOW, comeBackAfter });
    await run(consume, again(hint('1', 2), 9), text('odd', 'hello', 9));
    expect(waits).toEqual([0, 0]);
  });

  it('has been put off before the batch is answered', async () => {
    const { store, table } = await given();
    const done: string[] = [];
    const comeBackAfter = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      done.push('put off');
    };
    const consume = projectionConsumer(journal, { store, table, clock: () => NOW, comeBackAfter });
    await run(consume, hint('1', 1));
    expect(done).toEqual(['put off']);
  });

  it('comes back all the same when the queue does not take that', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const { store, table } = await given();
    const comeBackAfter = () => Promise.reject(new Error('throttled'));
    const consume = projectionConsumer(journal, { store, table, clock: () => NOW, comeBackAfter });
    expect(await run(consume, hint('1', 1))).toEqual(['1@1']);
  });
});
