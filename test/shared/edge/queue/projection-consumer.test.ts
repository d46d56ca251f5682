/** Only the messages of a stream that failed come back to the queue; what a message says beside stream and version is not read. */
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { projectionConsumer } from '#shared/edge/queue/index.ts';
import { type DomainEvent, KitError, toStreamId } from '#shared/event/index.ts';
import { createInMemoryEventStore } from '#shared/event-store/index.ts';
import { catchUp, createInMemoryQueryTable, createRowCache } from '#shared/projection/index.ts';
import { counted, journal, record, spoilt, tally, tallyEvents } from '../../../support/tally.ts';
import { aroundCalls, noting } from '../../projection/around-calls.ts';

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}));
afterEach(() => vi.restoreAllMocks());

type Handler = ReturnType<typeof projectionConsumer>;

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
  const consume = projectionConsumer(journal, { store, table });
  return { store, table, run: (...records: SQSRecord[]) => run(consume, ...records) };
}

/** A message as a queue behind a rule holds it: the context of an event. */
const message = (messageId: string, context: unknown): SQSRecord => text(messageId, JSON.stringify(context));
const text = (messageId: string, body: string) => ({ messageId, body }) as SQSRecord; // what a consumer reads of it
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
    const consume = projectionConsumer(journal, { store, table: away, rows: createRowCache() });
    expect(await run(consume, hint('1', 1), hint('2', 1))).toEqual(['1@1']);
    isAway = false;
    expect(await run(consume, hint('1', 1), hint('2', 1))).toEqual([]);
    expect(await table.read(tally('1'))).toMatchObject({ watermark: 1 });
  });

  it('takes the messages of one commit of a hundred events with one write, batch by batch', async () => {
    const { store, table } = await given({ 1: [Array.from({ length: 100 }, () => counted(1))] });
    const calls: string[] = [];
    const ports = { store: noting(store, calls), table: noting(table, calls), rows: createRowCache() };
    const consume = projectionConsumer(journal, ports);
    const hints = Array.from({ length: 100 }, (_, index) => hint('1', 100 - index));
    for (let at = 0; at < 100; at += 10) expect(await run(consume, ...hints.slice(at, at + 10))).toEqual([]);
    expect(calls).toEqual(['read', 'readCommits', 'write']);
  });

  it('goes on from a row that another consumer has moved on', async () => {
    const { store, table } = await given({ 1: [[counted(1)]] });
    const consume = projectionConsumer(journal, { store, table, rows: createRowCache() });
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
    const both = projectionConsumer({ ...journal, categories: ['parcel', 'tally'] }, { store, table });
    expect(await run(both, hint('1', 1), message('parcel', { stream: 'parcel-1', version: 1 }))).toEqual([]);
    expect(await table.read(toStreamId('parcel', '1'))).toMatchObject({ row: { sum: 4 } });
  });
});
