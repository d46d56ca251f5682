/** How do commits get from the table's stream onto the bus? In order, nothing skipped, again from the first that failed. */
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { EventDefinitions, RecordedEvent } from '#shared/event/index.ts';
import { type CommitItem, recordedEvents, toCommit } from '#shared/store/index.ts';
import type { Publish } from './publisher.ts';

export type RelayOptions = {
  /** The item of a stream record's image. */
  readonly itemOf: (image: unknown) => Record<string, unknown>;
  readonly events: EventDefinitions;
  readonly publish: Publish;
};

/**
 * The handler of an events table's stream. Only new items that hold a commit are published; unique values and other items
 * are not events. When a commit cannot be read or published, the batch is reported from its lowest failed sequence number, so
 * that the mapping comes back with it and all that follows: at least once.
 *
 * The commits behind a failed one are published all the same, and again when the mapping comes back: one bad commit delays
 * nobody else, not even when the mapping gives it up. So the bus sees a stream's events in order as long as none fails, and
 * otherwise a later one first, as a bus may deliver them anyway.
 */
export function relay({ itemOf, events, publish }: RelayOptions) {
  return async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const sources = new Map<RecordedEvent, DynamoDBRecord>();
    const unreadable: DynamoDBRecord[] = [];
    for (const record of Records) {
      try {
        for (const event of eventsOf(record)) sources.set(event, record);
      } catch (error) {
        console.error(`The record ${record.dynamodb?.SequenceNumber} cannot be read as a commit`, error);
        unreadable.push(record);
      }
    }
    const unpublished = await publish([...sources.keys()]);
    const failed = new Set([...unpublished.flatMap((event) => sources.get(event) ?? []), ...unreadable]);
    const first = Records.find((record) => failed.has(record));
    return { batchItemFailures: first === undefined ? [] : [{ itemIdentifier: first.dynamodb?.SequenceNumber ?? '' }] };
  };

  function eventsOf({ eventName, dynamodb }: DynamoDBRecord): RecordedEvent[] {
    if (eventName !== 'INSERT') return [];
    const item = itemOf(dynamodb?.NewImage);
    // Written by the store alone; unique values have no events.
    return item.events === undefined ? [] : recordedEvents(toCommit(events, item as CommitItem));
  }
}
