/** Does every event get onto the bus, or is it given back? */
import { describe, expect, it, vi } from 'vitest';
import type { RecordedEvent } from '#shared/event/index.ts';
import { createInMemoryEventStore } from '#shared/event-store/index.ts';
import { counted, noted, record, tally, tallyEvents } from '../../../support/tally.ts';
import { useFaultyBus } from './faulty-bus.ts';

const bus = useFaultyBus();

const throttled = { ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate exceeded' };
const logged = () => vi.mocked(console.error).mock.calls.map(([line]) => String(line));
const versions = (events: readonly RecordedEvent[]) => events.map(({ context }) => context.version);
const onTheBus = () => versions(bus.received.map(({ detail }) => detail));

async function events(count: number, text = ''): Promise<RecordedEvent[]> {
  const store = createInMemoryEventStore({ events: tallyEvents });
  for (let number = 1; number <= count; number += 1) {
    await record(store, tally('1'), [text === '' ? counted(number) : noted(text)]);
  }
  return [...(await store.readEvents(tally('1'), { after: 0, limit: 1_000 })).events];
}

describe('a published event', () => {
  it('is on the bus as it is in the APIs, under its context and its type', async () => {
    const published = await events(1);
    expect(await bus.publisher()(published)).toEqual([]);
    expect(bus.received).toMatchObject([
      { source: 'tributary.tallies', 'detail-type': 'Counted', time: '2026-11-20T12:11:04Z', resources: [] },
    ]);
    expect(bus.received[0]?.detail).toEqual({
      context: {
        id: 'tally-1-1',
        what: 'Counted',
        when: '2026-11-20T12:11:04.123Z',
        effectiveAt: '2026-11-20T12:11:04.123Z',
        who: 'tester',
        why: { id: 'command-1', what: 'test', when: '2026-11-20T12:11:04.123Z', who: 'tester' },
        correlationId: 'story',
        causationId: 'cause',
        stream: 'tally-1',
        version: 1,
        schemaVersion: 2,
      },
      data: { by: 1 },
    });
  });
});

describe('the publisher', () => {
  it('asks the bus for nothing when there is nothing', async () => {
    expect(await bus.publisher()([])).toEqual([]);
    expect(bus.requests).toEqual([]);
  });

  it('puts all events on the bus in order, ten to a request', async () => {
    expect(await bus.publisher()(await events(23))).toEqual([]);
    expect(bus.requests.map(({ length }) => length)).toEqual([10, 10, 3]);
    expect(onTheBus()).toEqual(Array.from({ length: 23 }, (_, index) => index + 1));
  });

  it('keeps requests below what the service takes in all', async () => {
    expect(await bus.publisher()(await events(4, 'x'.repeat(390_000)))).toEqual([]);
    expect(bus.requests.map(({ length }) => length)).toEqual([2, 2]);
    expect(bus.received).toHaveLength(4);
  });

  it('tries the failed entries of a 200 answer again, only those, before it goes on', async () => {
    bus.faults.failEntry = ({ context }, request) =>
      [2, 5].includes(context.version) && request < 2 ? throttled : undefined;
    expect(await bus.publisher()(await events(12))).toEqual([]);
    expect(bus.requests.map(versions)).toEqual([
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      [2, 5],
      [2, 5],
      [11, 12],
    ]);
    expect(onTheBus()).toEqual([1, 3, 4, 6, 7, 8, 9, 10, 2, 5, 11, 12]);
    expect(logged()).toEqual([]);
  });

  it('gives back what keeps failing, says why, and has put the others on the bus', async () => {
    bus.faults.failEntry = ({ context }) => (context.version === 4 ? throttled : undefined);
    expect(versions(await bus.publisher()(await events(12)))).toEqual([4]);
    expect(bus.requests).toHaveLength(1 + 4 + 1);
    expect(onTheBus()).toEqual([1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(logged()).toEqual([
      'Counted, version 4 of tally-1, is not on the bus events: ThrottlingException Rate exceeded',
    ]);
  });

  it('waits longer from try to try, by chance', async () => {
    const waits: number[] = [];
    bus.faults.failEntry = () => throttled;
    await bus.publisher({ sleep: async (milliseconds) => void waits.push(milliseconds), random: () => 0.5 })(
      await events(1),
    );
    expect(waits).toEqual([50, 100, 200, 400]);
  });

  it.each(['break', 'refuse', 'answer-nothing'] as const)(
    'tries a request again that failed as a whole (%s)',
    async (fault) => {
      bus.faults.failRequest = (request) => (request < 2 ? fault : undefined);
      expect(await bus.publisher()(await events(3))).toEqual([]);
      expect(bus.requests.map(versions)).toEqual([
        [1, 2, 3],
        [1, 2, 3],
        [1, 2, 3],
      ]);
      expect(onTheBus()).toEqual([1, 2, 3]);
    },
  );

  it('puts events twice, in order, rather than lose any when an answer is lost', async () => {
    bus.faults.failRequest = (request) => (request === 0 ? 'lose-answer' : undefined);
    expect(await bus.publisher()(await events(3))).toEqual([]);
    expect(onTheBus()).toEqual([1, 2, 3, 1, 2, 3]);
  });

  it('gives everything back, in order, when the bus is away, and does not try the later requests', async () => {
    bus.faults.failRequest = () => 'break';
    const given = await events(25);
    expect(await bus.publisher()(given)).toEqual(given);
    expect(bus.requests.map(versions)).toEqual(Array.from({ length: 5 }, () => [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
    expect(logged()).toHaveLength(25);
    expect(logged().at(-1)).toContain('not tried, since the bus does not answer');
  });

  it('gives back only what is missing when the bus goes away on the way', async () => {
    bus.faults.failEntry = ({ context }) => (context.version === 3 ? throttled : undefined);
    bus.faults.failRequest = (request) => (request > 4 ? 'break' : undefined);
    expect(versions(await bus.publisher()(await events(25)))).toEqual([
      3,
      ...Array.from({ length: 15 }, (_, n) => n + 11),
    ]);
  });

  it('never sends an event that no request can hold: it is given back, named, with its size', async () => {
    const small = await events(3);
    const large = small.map((event) =>
      event.context.version === 2 ? { ...event, data: { text: 'x'.repeat(1_000_000) } } : event,
    );
    expect(versions(await bus.publisher()(large))).toEqual([2]);
    expect(onTheBus()).toEqual([1, 3]);
    expect(logged()).toEqual([
      expect.stringMatching(/^Counted, version 2 of tally-1, .* it has 1000\d{3} bytes and PutEvents takes 1000000/),
    ]);
  });

  it('gives an event back that the bus refuses for good, with the reason', async () => {
    bus.faults.failEntry = () => ({ ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' });
    expect(await bus.publisher()(await events(1))).toHaveLength(1);
    expect(logged()[0]).toContain('MalformedDetail Detail is malformed.');
  });
});
