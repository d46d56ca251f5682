/** Which entries go into one PutEvents request? */
import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { RecordedEvent } from '#shared/event/index.ts';

/** Limits of PutEvents: 10 entries, and 1 MB in all. Source: Amazon EventBridge quotas, since 2026-01-29. */
export const MAXIMUM_ENTRIES = 10;
export const MAXIMUM_REQUEST_BYTES = 1_000_000;

/** Size as the service counts it: 14 bytes for the time, and the UTF-8 length of the texts. */
export function entryBytes({ Time, Source, DetailType, Detail, Resources }: PutEventsRequestEntry): number {
  const texts = [Source, DetailType, Detail, ...(Resources ?? [])];
  return (Time === undefined ? 0 : 14) + texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), 0);
}

/**
 * Requests that keep the order of the items and the limits of the service; none is empty. An item too large for any request
 * stands alone.
 */
export function packEntries<Item>(items: readonly Item[], entryOf: (item: Item) => PutEventsRequestEntry): Item[][] {
  const requests: Item[][] = [];
  let bytes = 0;
  for (const item of items) {
    const size = entryBytes(entryOf(item));
    const request = requests.at(-1);
    if (request !== undefined && request.length < MAXIMUM_ENTRIES && bytes + size <= MAXIMUM_REQUEST_BYTES) {
      request.push(item);
      bytes += size;
    } else {
      requests.push([item]);
      bytes = size;
    }
  }
  return requests;
}

/**
 * Puts all events on the bus; resolves with those that are not there, in order. Never throws, and says of every event that
 * it gives up why.
 *
 * Requests go out one after the other, and a request's failed entries, they alone, are tried again before the next request:
 * so the bus can see two events out of order only when the earlier one failed and is given back, or when both were in one
 * request of at most 10. When the bus does not answer at all, later requests are not tried.
 */
export type Publish = (events: readonly RecordedEvent[]) => Promise<readonly RecordedEvent[]>;

export type PublisherOptions = {
  readonly client: EventBridgeClient;
  readonly bus: string;
  readonly source: string;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  readonly random: () => number;
};

/** What fails is mostly throttled: a few more tries within the same invocation. */
const MAXIMUM_ATTEMPTS = 5;
const BASE_MS = 50;

type Outgoing = { readonly event: RecordedEvent; readonly entry: PutEventsRequestEntry };
type Refused = Outgoing & { readonly reason: string };
type Answer = { readonly refused: readonly Refused[]; readonly answered: boolean };

export function createPublisher({ client, bus, source, sleep, random }: PublisherOptions): Publish {
  const entryOf = (event: RecordedEvent): PutEventsRequestEntry => ({
    EventBusName: bus,
    Source: source,
    DetailType: event.context.what,
    Detail: JSON.stringify(event),
    Time: new Date(event.context.when),
    Resources: [],
  });

  async function put(request: readonly Outgoing[]): Promise<Answer> {
    try {
      const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: request.map(({ entry }) => entry) }));
      const refused = request.flatMap((outgoing, index) => {
        const { EventId, ErrorCode = 'no answer', ErrorMessage = '' } = Entries[index] ?? {};
        return EventId === undefined ? [{ ...outgoing, reason: `${ErrorCode} ${ErrorMessage}`.trim() }] : [];
      });
      return { refused, answered: true };
    } catch (error) {
      return { refused: request.map((outgoing) => ({ ...outgoing, reason: String(error) })), answered: false };
    }
  }

  async function putPatiently(request: readonly Outgoing[]): Promise<Answer> {
    let answer = await put(request);
    for (let attempt = 1; answer.refused.length > 0 && attempt < MAXIMUM_ATTEMPTS; attempt += 1) {
      await sleep(random() * BASE_MS * 2 ** attempt);
      answer = await put(answer.refused);
    }
    return answer;
  }

  return async (events) => {
    const outgoing = events.map((event) => ({ event, entry: entryOf(event) }));
    const tooLarge = outgoing.filter(({ entry }) => entryBytes(entry) > MAXIMUM_REQUEST_BYTES);
    const requests = packEntries(
      outgoing.filter((one) => !tooLarge.includes(one)),
      ({ entry }) => entry,
    );
    const refused = tooLarge.map((one) => ({ ...one, reason: sizeReason(one.entry) }));
    for (const [index, request] of requests.entries()) {
      const answer = await putPatiently(request);
      refused.push(...answer.refused);
      if (!answer.answered) {
        const untried = requests.slice(index + 1).flat();
        refused.push(...untried.map((one) => ({ ...one, reason: 'not tried, since the bus does not answer' })));
        break;
      }
    }
    for (const { event, reason } of refused) console.error(`${nameOf(event)} is not on the bus ${bus}: ${reason}`);
    const missing = new Set(refused.map(({ event }) => event));
    return events.filter((event) => missing.has(event));
  };
}

const nameOf = ({ context: { what, stream, version } }: RecordedEvent) => `${what}, version ${version} of ${stream},`;

const sizeReason = (entry: PutEventsRequestEntry) =>
  `as an entry it has ${entryBytes(entry)} bytes and PutEvents takes ${MAXIMUM_REQUEST_BYTES}; it can only be read from the log`;
