/** How do commits get from the table's stream into the feed and onto the bus? Nothing skipped, again from the first that failed. */
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { EventDefinitions, RecordedEvent } from '#shared/event/index.ts';
import { type Commit, type CommitItem, recordedEvents, storedCommit } from '#shared/event-store/index.ts';
import { type FeedOutcome, type FeedWriter, inNewestShape, positionedEvents } from '#shared/feed/index.ts';
import type { Publish } from './publisher.ts';

type RelayOptions = {
  /** The item of a stream record's image. */
  readonly itemOf: (image: unknown) => Record<string, unknown>;
  readonly events: EventDefinitions;
  /** Gives every event its position before it is published. */
  readonly feed: FeedWriter;
  readonly publish: Publish;
};

/**
 * The handler of an events table's stream. Only new items that hold a commit are fed and published; unique values and other
 * items are not events. When a commit cannot be read, fed or published, the batch is reported from its lowest failed sequence
 * number, so that the mapping comes back with it and all that follows: at least once on the bus, once in the feed. A repeat
 * publishes with the same positions. Throws when the feed does not answer; nothing of the batch is published then.
 *
 * The commits behind a failed one are published all the same, and again when the mapping comes back: one bad commit delays
 * nobody else, not even when the mapping gives it up. So the bus sees a stream's events in order as long as none fails, and
 * otherwise a later one first, as a bus may deliver them anyway. A commit that could not be fed has no positions on the bus.
 */
export function relay({ itemOf, events, feed, publish }: RelayOptions) {
  return async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const failed = new Set<DynamoDBRecord>();
    const fail = (record: DynamoDBRecord, what: string, error: unknown) => {
      console.error(`The record ${record.dynamodb?.SequenceNumber} cannot be ${what}`, error);
      failed.add(record);
    };

    const commits = new Map<DynamoDBRecord, Commit>();
    for (const record of Records) {
      try {
        const commit = commitOf(record);
        if (commit !== undefined) commits.set(record, commit);
      } catch (error) {
        fail(record, 'read as a commit', error);
      }
    }
    const outcomes = await feed.append([...commits.values()]);
    const sources = new Map<RecordedEvent, DynamoDBRecord>();
    for (const [index, [record, commit]] of [...commits].entries()) {
      const outcome = outcomes[index];
      if (outcome?.kind === 'refused') fail(record, 'fed', outcome.error);
      try {
        for (const event of eventsOf(commit, outcome)) sources.set(event, record);
      } catch (error) {
        fail(record, 'read as a commit', error);
      }
    }
    const unpublished = await publish([...sources.keys()]);
    const late = new Set(unpublished.map((event) => sources.get(event)));
    const first = Records.find((record) => failed.has(record) || late.has(record));
    return { batchItemFailures: first === undefined ? [] : [{ itemIdentifier: first.dynamodb?.SequenceNumber ?? '' }] };
  };

  function commitOf({ eventName, dynamodb }: DynamoDBRecord): Commit | undefined {
    if (eventName !== 'INSERT') return undefined;
    const item = itemOf(dynamodb?.NewImage);
    // Written by the store alone; unique values have no events.
    return item.events === undefined ? undefined : storedCommit(item as CommitItem);
  }

  function eventsOf(commit: Commit, outcome: FeedOutcome | undefined): RecordedEvent[] {
    const newest = inNewestShape(events, commit);
    return outcome?.kind === 'fed' ? positionedEvents(newest, outcome.place) : recordedEvents(newest);
  }
}
