/** How do events get onto the bus? Packed into requests, and again until each one is there. */
import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { RecordedEvent } from '#shared/event/index.ts';
import { packEntries } from './pack-entries.ts';

/** Puts all events on the bus, in order; resolves with those that are not there, in order. Never throws. */
export type Publish = (events: readonly RecordedEvent[]) => Promise<readonly RecordedEvent[]>;

export type PublisherOptions = {
  readonly client: EventBridgeClient;
  readonly bus: string;
  readonly source: string;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  readonly random: () => number;
};

/** Entries that fail inside a 200 answer are mostly throttled: a few more tries within the same invocation. */
const MAXIMUM_ATTEMPTS = 5;
const BASE_MS = 50;

export function createPublisher({ client, bus, source, sleep, random }: PublisherOptions): Publish {
  const entryOf = (event: RecordedEvent): PutEventsRequestEntry => ({
    EventBusName: bus,
    Source: source,
    DetailType: event.context.what,
    Detail: JSON.stringify(event),
    Time: new Date(event.context.when),
    Resources: [],
  });

  /** The events of one request that the bus did not take. */
  async function put(events: readonly RecordedEvent[]): Promise<readonly RecordedEvent[]> {
    try {
      const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: events.map(entryOf) }));
      return events.filter((_, index) => Entries[index]?.EventId === undefined);
    } catch (error) {
      console.warn(`The bus did not take ${events.length} events`, error);
      return events;
    }
  }

  return async (events) => {
    let left = events;
    for (let attempt = 1; left.length > 0; attempt += 1) {
      const failed: RecordedEvent[] = [];
      for (const request of packEntries(left, (event) => entryOf(event))) failed.push(...(await put(request)));
      left = failed;
      if (left.length === 0 || attempt === MAXIMUM_ATTEMPTS) break;
      await sleep(random() * BASE_MS * 2 ** attempt);
    }
    return left;
  };
}
