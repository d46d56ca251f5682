/** Is every commit published, and is the batch reported from the first that was not? */

import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { relay } from '#shared/edge/stream/index.ts';
import type { Publish } from '#shared/edge/stream/publisher.ts';
import type { RecordedEvent } from '#shared/event/index.ts';
import type { Commit } from '#shared/event-store/commit.ts';
import { createFeedWriter, createInMemoryFeedTable } from '#shared/feed/index.ts';
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
  const NewImage = marshall(item, { removeUndefinedValues: true });
  return { eventName, dynamodb: { SequenceNumber: String(sequence), NewImage } } as DynamoDBRecord; // binary values apart, the same
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
const run = (records: DynamoDBRecord[], publish: Publish = bus.publisher(), feed = feedOf(records)) =>
  relay({ itemOf, events: tallyEvents, feed, publish })({ Records: records } as DynamoDBStreamEvent);

/** A feed that has nothing yet, over a log with the commits of the records, as far as they can be read. */
function feedOf(records: readonly DynamoDBRecord[]) {
  const commits = records.flatMap(({ dynamodb }) => {
    const { events, ...commit } = dynamodb?.NewImage === undefined ? {} : itemOf(dynamodb.NewImage);
    return typeof events === 'string' && events.endsWith(']')
      ? [{ ...commit, events: JSON.parse(events) } as Commit]
      : []; // as commitRecord makes them
  });
  return createFeedWriter({ table: createInMemoryFeedTable(), log: inMemoryLog(commits), partitions: 1 });
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
    ['an unknown event', commitRecord(101, 'tally-2', 1, { whats: ['Invented'] })],
    ['events that are not JSON', itemRecord(101, { stream: 'tally-2', version: 1, events: '[{' })],
    ['no image', { eventName: 'INSERT', dynamodb: { SequenceNumber: '101' } } as DynamoDBRecord],
  ])('reports a commit with %s, and publishes those before and behind it', async (_, unreadable) => {
    const records = [commitRecord(100, 'tally-1', 1), unreadable, commitRecord(102, 'tally-3', 1)];
    expect(await run(records)).toEqual(reportedFrom(101));
    expect(onTheBus()).toEqual(['tally-1@1', 'tally-3@1']);
    expect(console.error).toHaveBeenCalledWith(expect.stringContaining('101'), expect.anything());
  });

  it('reports the whole batch when a record has no sequence number', async () => {
    const { dynamodb: _, ...record } = commitRecord(100, 'tally-1', 1);
    expect(await run([record])).toEqual({ batchItemFailures: [{ itemIdentifier: '' }] });
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
          const [missing, there] = [[] as RecordedEvent[], [] as RecordedEvent[]];
          for (const [index, event] of events.entries()) (failing.includes(index) ? missing : there).push(event);
          for (const { context } of there) published.add(context.id);
          return missing;
        };
        for (let left = records, round = 0; left.length > 0 && round <= failures.length; round += 1) {
          const { batchItemFailures } = await run(left, publish, feed);
          const from = batchItemFailures[0]?.itemIdentifier;
          left = left.filter(({ dynamodb }) => from !== undefined && Number(dynamodb?.SequenceNumber) >= Number(from));
        }
        expect(published.size).toBe(24);
      }),
    );
  });
});
