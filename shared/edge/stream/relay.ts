/** Commits get from the table's stream into the feed and onto the bus; one that cannot is put aside, and the others go on. */
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { EventDefinitions, RecordedEvent } from '#shared/event/index.ts';
import { type Commit, lastVersion } from '#shared/event-store/index.ts';
import {
  type FedCommit,
  type FeedTable,
  type FeedWriter,
  inNewestShape,
  type ParkedStream,
  positionedEvents,
  readCommit,
} from '#shared/feed/index.ts';
import type { Publish } from './publisher.ts';

type RelayOptions = {
  /** The item of a stream record's image, or its keys. */
  readonly itemOf: (image: unknown) => Record<string, unknown>;
  readonly events: EventDefinitions;
  /** Gives every event its position before it is published; feeds nothing that the events do not define. */
  readonly feed: FeedWriter;
  readonly park: FeedTable['park'];
  readonly publish: Publish;
  readonly clock: () => Date;
};

type Fault = Omit<ParkedStream, 'since'>;

/**
 * The handler of an events table's stream. Only new items that hold a commit are fed and published; unique values and other
 * items are not events.
 *
 * A commit that cannot be read or fed is parked at once: noted with its stream, version and reason. It is not fed, since every
 * reader of the feed would stop at it, and so the later commits of its stream are not fed either and wait behind it; the
 * other streams go on. When a later commit comes and the stream can go on, all that waited is fed and published with it. A
 * commit that the bus will never take is parked too, but nothing waits for it.
 *
 * What may be cured by a later try comes back: the batch is reported from the first record with an event that is not on the bus,
 * because the bus failed or the time was up. At least once on the bus, once in the feed; a repeat publishes with the same
 * positions. Throws when the feed does not answer; nothing of the batch is published then.
 */
export function relay({ itemOf, events, feed, park, publish, clock }: RelayOptions) {
  return async (
    { Records }: DynamoDBStreamEvent,
    context: Pick<Context, 'getRemainingTimeInMillis'>,
  ): Promise<DynamoDBBatchResponse> => {
    const faults: Fault[] = [];
    const commits = new Map<DynamoDBRecord, Commit>();
    for (const record of Records) {
      if (record.eventName !== 'INSERT') continue;
      try {
        const item = itemOf(record.dynamodb?.NewImage);
        if (item.events !== undefined) commits.set(record, readCommit(item));
      } catch (error) {
        faults.push({ ...nameOf(record), reason: reasonOf(error) });
      }
    }
    const outcomes = await feed.append([...commits.values()]);
    const sources = new Map<RecordedEvent, { readonly record: DynamoDBRecord; readonly commit: Commit }>();
    const noteEvents = (record: DynamoDBRecord, { commit, place }: FedCommit) => {
      try {
        for (const event of positionedEvents(inNewestShape(events, commit), place))
          sources.set(event, { record, commit });
      } catch (error) {
        faults.push(faultOf(commit, error));
      }
    };
    for (const [index, [record, commit]] of [...commits].entries()) {
      const outcome = outcomes[index];
      for (const missed of outcome?.missed ?? []) noteEvents(record, missed);
      if (outcome?.kind === 'fed') noteEvents(record, { commit, place: outcome.place });
      if (outcome?.kind === 'stopped') {
        faults.push({ ...faultOf(commit, outcome.stop.error), version: outcome.stop.version });
      }
    }
    await parkAll(faults);
    const unpublished = await publish([...sources.keys()], () => context.getRemainingTimeInMillis());
    await parkAll(
      unpublished.flatMap(({ event, reason, final }) => {
        const source = sources.get(event);
        // What was missed does not come back with the record.
        const forgotten = source !== undefined && (final || source.commit !== commits.get(source.record));
        return forgotten ? [faultOf(source.commit, reason)] : [];
      }),
    );
    const late = new Set(unpublished.flatMap(({ event, final }) => (final ? [] : sources.get(event)?.record)));
    const first = Records.find((record) => late.has(record));
    return { batchItemFailures: first === undefined ? [] : [{ itemIdentifier: first.dynamodb?.SequenceNumber ?? '' }] };
  };

  /** Stream and version by the record's keys, which it has even without an image. */
  function nameOf({ dynamodb }: DynamoDBRecord) {
    const { stream, version } = itemOf(dynamodb?.Keys ?? {});
    const name = typeof stream === 'string' ? stream : `record ${dynamodb?.SequenceNumber}`;
    return { stream: name, version: Number(version ?? 0), upTo: Number(version ?? 0) };
  }

  /** One note for each stream. The alarm counts the lines that begin with the first word. */
  async function parkAll(faults: readonly Fault[]): Promise<void> {
    const since = clock().toISOString();
    for (const [stream, ofStream] of Map.groupBy(faults, (fault) => fault.stream)) {
      const [first] = ofStream;
      if (first === undefined) continue;
      const upTo = Math.max(...ofStream.map((fault) => fault.upTo));
      console.error(`Parked ${stream} at version ${first.version}: ${first.reason}`);
      await park({ ...first, upTo, since });
    }
  }
}

const faultOf = (commit: Commit, reason: unknown): Fault => ({
  stream: commit.stream,
  version: commit.version,
  upTo: lastVersion(commit),
  reason: reasonOf(reason),
});

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
