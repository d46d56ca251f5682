/** Every commit is published or parked, and the batch is reported from the first that was neither. */
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { relay } from '#shared/edge/stream/index.ts';
import type { Publish } from '#shared/edge/stream/publisher.ts';
import type { EventDefinitions } from '#shared/event/index.ts';
import type { Commit } from '#shared/event-store/commit.ts';
import { createFeedWriter, createInMemoryFeedTable, type FeedTable, type FeedWriter } from '#shared/feed/index.ts';
import { tallyEvents } from '../../../support/tally.ts';
import { inMemoryLog } from '../../feed/feed-harness.ts';
import { useFaultyBus } from './faulty-bus.ts';

const bus = useFaultyBus();

const NOW = '2026-11-20T12:11:04.123Z';

/** A new item of an events table as the table's stream tells of it. */
function itemRecord(
  sequence: number,
  item: Record<string, unknown>,
  eventName: DynamoDBRecord['eventName'] = 'INSERT',
) {
  const image = marshall(item, { removeUndefinedValues: true });
  const { stream, version } = image;
  const dynamodb = { SequenceNumber: String(sequence), Keys: { stream, version }, NewImage: image };
  return { eventName, dynamodb } as DynamoDBRecord; // binary values apart, the same
}

const commitRecord = (
  sequence: number,
  stream: string,
  version: number,
  { whats = ['Counted'], schemaVersion = 2, eventName = 'INSERT' as DynamoDBRecord['eventName'] } = {},
) =>
  itemRecord(
    sequence,
    {
      stream,
      version,
      recordedAt: NOW,
      who: 'tester',
      why: { id: 'c1', what: 'count', when: NOW, who: 'tester', payloadHash: 'hash' },
      correlationId: 'story',
      causationId: 'cause',
      events: JSON.stringify(
        whats.map((what, index) => ({
          id: `${stream}-${version + index}`,
          what,
          data: schemaVersion === 1 ? { n: 1 } : { by: 1 },
          effectiveAt: NOW,
          schemaVersion: what === 'Counted' ? schemaVersion : 1,
        })),
      ),
      snapshot: '{"state":{},"commands":[]}',
      snapshotSchema: 'tag',
    },
    eventName,
  );

const itemOf = (image: unknown) => unmarshall(image as Parameters<typeof unmarshall>[0]); // as the handler does
const inTime = { getRemainingTimeInMillis: () => 60_000 };

type Relayed = {
  readonly publish?: Publish;
  readonly table?: FeedTable;
  readonly feed?: FeedWriter;
  readonly events?: EventDefinitions;
  readonly context?: typeof inTime;
};

function run(records: DynamoDBRecord[], given: Relayed = {}) {
  const {
    table = createInMemoryFeedTable(),
    events = tallyEvents,
    publish = bus.publisher(),
    context = inTime,
  } = given;
  const { feed = feedOf(records, table, events) } = given;
  const clock = () => new Date(NOW);
  return relay({ itemOf, events, feed, park: table.park, publish, clock })({ Records: records }, context);
}

/** A feed over a log with the commits of the records, as far as they can be read. */
function feedOf(
  records: readonly DynamoDBRecord[],
  table: FeedTable = createInMemoryFeedTable(),
  events: EventDefinitions = tallyEvents,
): FeedWriter {
  const commits = records.flatMap(({ dynamodb }) => {
    const { events, ...commit } = dynamodb?.NewImage === undefined ? {} : itemOf(dynamodb.NewImage);
    return typeof events === 'string' && events.endsWith(']')
      ? [{ ...commit, events: JSON.parse(events) } as Commit]
      : []; // as commitRecord makes them
  });
  return createFeedWriter({ table, log: inMemoryLog(commits), partitions: 1, events });
}
const reportedFrom = (sequence: number) => ({ batchItemFailures: [{ itemIdentifier: String(sequence) }] });
const allPublished = { batchItemFailures: [] };
const onTheBus = () => bus.received.map(({ detail: { context } }) => `${context.stream}@${context.version}`);

describe('the relay', () => {
  it('publishes every event of every new commit, in order', async () => {
    const records = [
      commitRecord(100, 'tally-1', 1, { whats: ['Counted', 'Noted'] }),
      commitRecord(101, 'tally-2', 1),
      commitRecord(102, 'tally-1', 3),
    ];
    expect(await run(records)).toEqual(allPublished);
    expect(onTheBus()).toEqual(['tally-1@1', 'tally-1@2', 'tally-2@1', 'tally-1@3']);
  });

  it('publishes the published form: no snapshot, no digest of the payload', async () => {
    await run([commitRecord(100, 'tally-1', 1)]);
    expect(bus.received[0]?.detail).toEqual({
      context: {
        id: 'tally-1-1',
        what: 'Counted',
        when: NOW,
        effectiveAt: NOW,
        who: 'tester',
        why: { id: 'c1', what: 'count', when: NOW, who: 'tester' },
        correlationId: 'story',
        causationId: 'cause',
        stream: 'tally-1',
        version: 1,
        schemaVersion: 2,
        position: '0.0000000000000001',
      },
      data: { by: 1 },
    });
  });

  it('publishes old events in their newest shape', async () => {
    await run([commitRecord(100, 'tally-1', 1, { schemaVersion: 1 })]);
    expect(bus.received[0]?.detail).toMatchObject({ context: { schemaVersion: 2 }, data: { by: 1 } });
  });

  it('publishes nothing for unique values, changes and removals', async () => {
    const records = [
      itemRecord(100, { stream: 'unique#name#a', version: 0, holder: 'tally-1' }),
      commitRecord(101, 'tally-1', 1, { eventName: 'MODIFY' }),
      commitRecord(102, 'tally-1', 1, { eventName: 'REMOVE' }),
      { eventName: 'REMOVE', dynamodb: { SequenceNumber: '103' } } as DynamoDBRecord,
    ];
    expect(await run(records)).toEqual(allPublished);
    expect(bus.requests).toEqual([]);
  });

  it('reports the batch from the first commit with an event that is not on the bus', async () => {
    bus.faults.failEntry = ({ context }) =>
      context.stream === 'tally-2' ? { ErrorCode: 'InternalFailure' } : undefined;
    const records = [1, 2, 3, 2].map((id, index) => commitRecord(100 + index, `tally-${id}`, id === 2 ? index : 1));
    expect(await run(records)).toEqual(reportedFrom(101));
    expect(onTheBus()).toEqual(['tally-1@1', 'tally-3@1']);
  });

  it('reports a commit of which one event is missing, and publishes all of it when it comes again', async () => {
    bus.faults.failEntry = ({ context }) => (context.version === 2 ? { ErrorCode: 'InternalFailure' } : undefined);
    const records = [commitRecord(100, 'tally-1', 1, { whats: ['Counted', 'Counted', 'Counted'] })];
    expect(await run(records)).toEqual(reportedFrom(100));
    expect(onTheBus()).toEqual(['tally-1@1', 'tally-1@3']);
    bus.reset();
    expect(await run(records)).toEqual(allPublished);
    expect(onTheBus()).toEqual(['tally-1@1', 'tally-1@2', 'tally-1@3']);
  });

  it('reports a batch from its first commit when the bus is away', async () => {
    bus.faults.failRequest = () => 'break';
    expect(await run([commitRecord(100, 'tally-1', 1), commitRecord(101, 'tally-1', 2)])).toEqual(reportedFrom(100));
  });

  it('shows the bus a later event before an earlier one of its stream only when the earlier one failed', async () => {
    bus.faults.failEntry = ({ context }, request) =>
      context.version === 1 && request < 5 ? { ErrorCode: 'ThrottlingException' } : undefined;
    const records = [commitRecord(100, 'tally-1', 1), commitRecord(101, 'tally-1', 2)];
    expect(await run(records)).toEqual(reportedFrom(100));
    expect(await run(records)).toEqual(allPublished);
    expect(onTheBus()).toEqual(['tally-1@2', 'tally-1@1', 'tally-1@2']);
  });

  it.each([
    ['an unknown event', commitRecord(101, 'tally-2', 1, { whats: ['Invented'] }), 'tally-2'],
    ['events that are not JSON', itemRecord(101, { stream: 'tally-2', version: 1, events: '[{' }), 'tally-2'],
    ['no image', { eventName: 'INSERT', dynamodb: { SequenceNumber: '101' } } as DynamoDBRecord, 'record 101'],
  ])('parks a commit with %s at once, and publishes those before and behind it', async (_, unreadable, stream) => {
    const table = createInMemoryFeedTable();
    const records = [commitRecord(100, 'tally-1', 1), unreadable, commitRecord(102, 'tally-3', 1)];
    expect(await run(records, { table })).toEqual(allPublished);
    expect(onTheBus()).toEqual(['tally-1@1', 'tally-3@1']);
    const version = stream === 'tally-2' ? 1 : 0;
    expect(await table.parked()).toEqual([{ stream, version, upTo: version, reason: expect.any(String), since: NOW }]);
    expect(console.error).toHaveBeenCalledWith(expect.stringMatching(`^Parked ${stream} at version ${version}: `));
  });

  it('neither feeds nor publishes what follows on a parked commit, today or tomorrow, and all of it when it can be read', async () => {
    const table = createInMemoryFeedTable();
    const records = [
      commitRecord(100, 'tally-1', 1),
      commitRecord(101, 'tally-1', 2, { whats: ['Invented'] }),
      commitRecord(102, 'tally-1', 3),
      commitRecord(103, 'tally-2', 1),
      commitRecord(104, 'tally-1', 4),
      commitRecord(105, 'tally-1', 5),
    ];
    expect(await run(records.slice(0, 4), { table, feed: feedOf(records, table) })).toEqual(allPublished);
    expect(await run(records.slice(4, 5), { table, feed: feedOf(records, table) })).toEqual(allPublished);
    expect(onTheBus()).toEqual(['tally-1@1', 'tally-2@1']);
    expect(await table.parked()).toMatchObject([{ stream: 'tally-1', version: 2, upTo: 4 }]);
    bus.reset();
    const events = { ...tallyEvents, Invented: { ...tallyEvents.Counted, upcasters: [] } };
    expect(await run(records.slice(5), { table, events, feed: feedOf(records, table, events) })).toEqual(allPublished);
    expect(onTheBus()).toEqual(['tally-1@2', 'tally-1@3', 'tally-1@4', 'tally-1@5']);
    // What a relay could not put on the bus before it died, nobody but the note knows.
    expect(await table.parked()).toMatchObject([{ stream: 'tally-1', upTo: 4 }]);
  });

  it('parks a commit that the log does not lead up to, and publishes nothing of it, however often it comes', async () => {
    const table = createInMemoryFeedTable();
    const records = [commitRecord(100, 'tally-1', 1), commitRecord(101, 'tally-1', 3), commitRecord(102, 'tally-2', 1)];
    for (let time = 0; time < 3; time += 1) expect(await run(records, { table })).toEqual(allPublished);
    expect(onTheBus()).not.toContain('tally-1@3');
    expect(await table.parked()).toMatchObject([{ stream: 'tally-1', version: 2, upTo: 3 }]);
  });

  it('parks a commit that the bus will never take, and goes on with its stream', async () => {
    const table = createInMemoryFeedTable();
    bus.faults.failEntry = ({ context }) =>
      context.version === 1 && context.stream === 'tally-1' ? { ErrorCode: 'MalformedDetail' } : undefined;
    const records = [commitRecord(100, 'tally-1', 1), commitRecord(101, 'tally-1', 2)];
    expect(await run(records, { table })).toEqual(allPublished);
    expect(onTheBus()).toEqual(['tally-1@2']);
    expect(await table.parked()).toMatchObject([{ stream: 'tally-1', version: 1, reason: 'MalformedDetail' }]);
  });

  it('notes what was missed and is fed but not on the bus, since it does not come back', async () => {
    const table = createInMemoryFeedTable();
    const records = [commitRecord(100, 'tally-1', 1), commitRecord(101, 'tally-1', 2)];
    bus.faults.failRequest = () => 'break';
    expect(await run(records.slice(1), { table, feed: feedOf(records, table) })).toEqual(reportedFrom(101));
    expect(await table.parked()).toMatchObject([{ stream: 'tally-1', version: 1, upTo: 1 }]);
  });

  it('publishes nothing, and fails, when it cannot park', async () => {
    const table = createInMemoryFeedTable();
    const park = async () => {
      throw new Error('throttled');
    };
    const records = [commitRecord(100, 'tally-1', 1), commitRecord(101, 'tally-2', 1, { whats: ['Invented'] })];
    await expect(run(records, { table: { ...table, park }, feed: feedOf(records, table) })).rejects.toThrow(
      'throttled',
    );
    expect(bus.requests).toEqual([]);
  });

  it('stops before its time is up, reports the first record that is not published, and goes on there', async () => {
    const records = Array.from({ length: 20 }, (_, index) =>
      commitRecord(100 + index, `tally-${index}`, 1, { whats: Array(30).fill('Counted') }),
    );
    const table = createInMemoryFeedTable();
    const feed = feedOf(records, table);
    let rounds = 0;
    for (let left = records; left.length > 0; rounds += 1) {
      let time = 20_000;
      bus.faults.failRequest = () => {
        time -= 1_000;
        return undefined;
      };
      const { batchItemFailures } = await run(left, { feed, context: { getRemainingTimeInMillis: () => time } });
      const from = batchItemFailures[0]?.itemIdentifier;
      const published = new Set(onTheBus());
      const first = left.findIndex((_, index) => !published.has(`tally-${20 - left.length + index}@30`));
      if (first >= 0) expect(from).toBe(left[first]?.dynamodb?.SequenceNumber);
      expect(time).toBeGreaterThan(0);
      left = from === undefined ? [] : left.filter(({ dynamodb }) => Number(dynamodb?.SequenceNumber) >= Number(from));
    }
    expect(rounds).toBeGreaterThan(3);
    expect(new Set(onTheBus()).size).toBe(600);
  });

  it('reports the whole batch when the record that is late has no sequence number', async () => {
    const { dynamodb, ...record } = commitRecord(100, 'tally-1', 1);
    bus.faults.failRequest = () => 'break';
    expect(await run([{ ...record, dynamodb: { ...dynamodb, SequenceNumber: undefined } }])).toEqual({
      batchItemFailures: [{ itemIdentifier: '' }],
    });
  });

  it('skips nothing: whatever fails, going on from the reported number publishes every event in the end', async () => {
    const records = Array.from({ length: 12 }, (_, index) =>
      commitRecord(100 + index, `tally-${index % 3}`, 1 + Math.floor(index / 3) * 2, { whats: ['Counted', 'Noted'] }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uniqueArray(fc.nat({ max: 23 })), { maxLength: 8 }), async (failures) => {
        const published = new Set<string>();
        const rounds = failures.values();
        const feed = feedOf(records);
        const publish: Publish = async (events) => {
          const failing = rounds.next().value ?? [];
          const missing = events.filter((_, index) => failing.includes(index));
          for (const event of events) if (!missing.includes(event)) published.add(event.context.id);
          return missing.map((event) => ({ event, reason: 'throttled', final: false }));
        };
        for (let left = records, round = 0; left.length > 0 && round <= failures.length; round += 1) {
          const { batchItemFailures } = await run(left, { publish, feed });
          const from = batchItemFailures[0]?.itemIdentifier;
          left = left.filter(({ dynamodb }) => from !== undefined && Number(dynamodb?.SequenceNumber) >= Number(from));
        }
        expect(published.size).toBe(24);
      }),
    );
  });
});
