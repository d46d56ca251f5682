/** Every event gets onto the bus, or is given back. */
import { describe, expect, it, vi } from 'vitest';
import type { Unpublished } from '#shared/edge/stream/publisher.ts';
import type { RecordedEvent } from '#shared/event/index.ts';
import { createInMemoryEventStore } from '#shared/event-store/index.ts';
import { counted, noted, record, tally, tallyEvents } from '../../../support/tally.ts';
import { useFaultyBus } from './faulty-bus.ts';

const bus = useFaultyBus();

const throttled = { ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate exceeded' };
const logged = () => vi.mocked(console.error).mock.calls.map(([line]) => String(line));
const versions = (events: readonly RecordedEvent[]) => events.map(({ context }) => context.version);
const givenBack = (unpublished: readonly Unpublished[]) => versions(unpublished.map(({ event }) => event));
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

  it('keeps requests of several events below 256 KB, and sends a larger event alone', async () => {
    expect(await bus.publisher()(await events(5, 'x'.repeat(100_000)))).toEqual([]);
    expect(bus.requests.map(({ length }) => length)).toEqual([2, 2, 1]);
    bus.reset();
    expect(await bus.publisher()(await events(2, 'x'.repeat(390_000)))).toEqual([]);
    expect(bus.requests.map(({ length }) => length)).toEqual([1, 1]);
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
    expect(givenBack(await bus.publisher()(await events(12)))).toEqual([4]);
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
    const unpublished = await bus.publisher()(given);
    expect(unpublished.map(({ event }) => event)).toEqual(given);
    expect(unpublished.some(({ final }) => final)).toBe(false);
    expect(bus.requests.map(versions)).toEqual(Array.from({ length: 5 }, () => [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
    expect(logged()).toHaveLength(11);
    expect(logged().at(-1)).toBe('15 more events are not on the bus: not tried, since the bus does not answer');
  });

  it('gives back only what is missing when the bus goes away on the way', async () => {
    bus.faults.failEntry = ({ context }) => (context.version === 3 ? throttled : undefined);
    bus.faults.failRequest = (request) => (request > 4 ? 'break' : undefined);
    expect(givenBack(await bus.publisher()(await events(25)))).toEqual([
      3,
      ...Array.from({ length: 15 }, (_, n) => n + 11),
    ]);
  });

  it('never sends an event that no request can hold: it is given back, named, with its size', async () => {
    const small = await events(3);
    const large = small.map((event) =>
      event.context.version === 2 ? { ...event, data: { text: 'x'.repeat(1_000_000) } } : event,
    );
    expect(await bus.publisher()(large)).toMatchObject([{ event: { context: { version: 2 } }, final: true }]);
    expect(onTheBus()).toEqual([1, 3]);
    expect(logged()).toEqual([
      expect.stringMatching(/^Counted, version 2 of tally-1, .* it has 1000\d{3} bytes and PutEvents takes 1000000/),
    ]);
  });

  it('gives an event back that the bus refuses for good, with the reason, and does not try it again', async () => {
    bus.faults.failEntry = ({ context }) =>
      context.version === 1 ? { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' } : undefined;
    expect(await bus.publisher()(await events(2))).toMatchObject([
      { event: { context: { version: 1 } }, reason: 'MalformedDetail Detail is malformed.', final: true },
    ]);
    expect(bus.requests.map(versions)).toEqual([[1, 2]]);
    expect(logged()[0]).toContain('MalformedDetail Detail is malformed.');
  });

  it('stops in time: what it has not tried it gives back in order, and says how much', async () => {
    let left = 13_000;
    const remaining = () => left;
    const sent = bus.requests.length;
    bus.faults.failRequest = () => {
      left -= 1_000;
      return undefined;
    };
    const given = await events(100);
    const unpublished = await bus.publisher()(given, remaining);
    expect(bus.requests.length - sent).toBe(4);
    expect(unpublished.map(({ event }) => event)).toEqual(given.slice(40));
    expect(logged()).toEqual(['60 more events are not on the bus: not tried, since the time is up']);
  });

  it('tries nothing again when the time is up', async () => {
    let left = 10_500;
    bus.faults.failEntry = () => {
      left -= 1_000;
      return throttled;
    };
    expect(await bus.publisher()(await events(1), () => left)).toMatchObject([{ final: false }]);
    expect(bus.requests).toHaveLength(1);
  });

  it('sends a few requests at a time, but those of one stream in order', async () => {
    const one = await events(30);
    const other = one.map((event) => ({ ...event, context: { ...event.context, stream: 'tally-2' } }));
    let arrived = 0;
    const together = Promise.withResolvers<void>();
    bus.faults.hold = () => {
      arrived += 1;
      if (arrived === 2) together.resolve();
      return together.promise;
    };
    expect(await bus.publisher()([...one, ...other])).toEqual([]);
    for (const stream of ['tally-1', 'tally-2']) {
      const ofStream = bus.received.filter(({ detail }) => detail.context.stream === stream);
      expect(versions(ofStream.map(({ detail }) => detail))).toEqual(one.map(({ context }) => context.version));
    }
  });
});
