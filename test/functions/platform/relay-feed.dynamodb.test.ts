/** The relay feeds every commit once and publishes it with its position, whatever fails in DynamoDB and on the bus. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { relay } from '#shared/edge/stream/index.ts';
import type { RecordedEvent } from '#shared/event/index.ts';
import type { Commit } from '#shared/event-store/commit.ts';
import { createDynamoDbFeedLog, createDynamoDbFeedTable } from '#shared/feed/dynamodb/index.ts';
import { createFeedReader } from '#shared/feed/feed-reader.ts';
import { createFeedWriter } from '#shared/feed/feed-writer.ts';
import { type Fault, makeFaulty } from '../../shared/event-store/faulty-client.ts';
import { type Deliveries, deliveries, expectExactlyOnce } from '../../shared/feed/feed-deliveries.ts';
import { counted, everything, itemOf } from '../../shared/feed/feed-harness.ts';
import { dynamoDbFeed, type FeedTables, localClient } from '../../shared/feed/feed-tables.ts';

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
});

const faults = fc.array(fc.constantFrom<Fault>('before', 'after', 'part', 'none', 'none'), { maxLength: 40 });
const partitionCount = fc.integer({ min: 1, max: 2 });

test('Every commit is fed once and published with its position, wherever relays die.', async () => {
  await fc.assert(
    fc.asyncProperty(deliveries, faults, faults, partitionCount, async (deliveries, one, other, partitions) => {
      const feed = await dynamoDbFeed('relay-feed');
      await feed.record(deliveries.commits);
      const published = await relayAll(feed, deliveries, [one, other], partitions);
      const reader = createFeedReader({ table: feed.table, events: counted });
      const events = await everything(reader, 7);
      expectExactlyOnce(events, deliveries.commits);
      const byId = new Map(events.map((event) => [event.context.id, event]));
      for (const event of published) expect(event).toEqual(byId.get(event.context.id));
      const delivered = deliveries.relays.flat(2).flatMap((commit) => commit.events.map(({ id }) => id));
      const ids = new Set(published.map(({ context }) => context.id));
      expect(delivered.filter((id) => !ids.has(id))).toEqual([]);
    }),
    { numRuns: 12 },
  );
});

/** Two relays at once, each with a faulty client of its own and a bus that takes only part; gives what reached the bus. */
async function relayAll(
  { eventsTable, feedTable }: FeedTables,
  { relays }: Deliveries,
  faults: readonly (readonly Fault[])[],
  partitions: number,
): Promise<RecordedEvent[]> {
  const published: RecordedEvent[] = [];
  await Promise.all(
    relays.map(async (batches, index) => {
      const client = localClient();
      makeFaulty(client, faults[index] ?? []);
      let refusals = 3;
      const table = createDynamoDbFeedTable({ client, table: feedTable });
      const handler = relay({
        itemOf: (image) => unmarshall(image as Record<string, AttributeValue>), // a stream record's image is such a map
        events: counted,
        feed: createFeedWriter({
          table,
          log: createDynamoDbFeedLog({ client, table: eventsTable }),
          partitions,
          events: counted,
        }),
        park: table.park,
        clock: () => new Date(0),
        async publish(events) {
          refusals -= 1;
          const taken = refusals >= 0 ? events.slice(0, events.length / 2) : events;
          published.push(...taken);
          return events.slice(taken.length).map((event) => ({ event, reason: 'throttled', final: false }));
        },
      });
      for (const batch of batches) await asTheMappingDoes(handler, batch.map(toRecord));
    }),
  );
  return published;
}

/** From the lowest failed record, or the whole batch after an error, until nothing fails. */
async function asTheMappingDoes(handler: ReturnType<typeof relay>, records: readonly DynamoDBRecord[]): Promise<void> {
  let left = [...records];
  for (let attempt = 0; left.length > 0; attempt += 1) {
    if (attempt > 100) throw new Error('the relay never succeeds');
    try {
      const { batchItemFailures } = await handler({ Records: left }, { getRemainingTimeInMillis: () => 60_000 });
      const lowest = batchItemFailures[0]?.itemIdentifier;
      left =
        lowest === undefined ? [] : left.slice(left.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === lowest));
    } catch (error) {
      expect(String(error)).toContain('died');
    }
  }
}

const toRecord = (commit: Commit, index: number): DynamoDBRecord => ({
  eventName: 'INSERT',
  // The mapping's form of an image is the wire's.
  dynamodb: { SequenceNumber: String(index + 1).padStart(21, '0'), NewImage: marshall(itemOf(commit)) as never },
});
