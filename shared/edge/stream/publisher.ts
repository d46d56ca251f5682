/** Events go onto the bus in requests of PutEvents; what does not arrive is given back. */
import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { RecordedEvent } from '#shared/event/index.ts';

/** Limits of PutEvents: 10 entries, and 1 MB in all. Source: Amazon EventBridge quotas, since 2026-01-29. */
export const MAXIMUM_ENTRIES = 10;
export const MAXIMUM_REQUEST_BYTES = 1_000_000;

/** Up to which size entries share a request: what the service took in all before, and more than ten usual events. */
export const SHARED_REQUEST_BYTES = 256 * 1024;

/** Size as the service counts it: 14 bytes for the time, and the UTF-8 length of the texts. */
export function entryBytes({ Time, Source, DetailType, Detail, Resources }: PutEventsRequestEntry): number {
  const texts = [Source, DetailType, Detail, ...(Resources ?? [])];
  return (Time === undefined ? 0 : 14) + texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), 0);
}

/** Requests that keep the order of the items; none is empty. A larger item stands alone. */
export function packEntries<Item>(items: readonly Item[], entryOf: (item: Item) => PutEventsRequestEntry): Item[][] {
  const requests: Item[][] = [];
  let bytes = 0;
  for (const item of items) {
    const size = entryBytes(entryOf(item));
    const request = requests.at(-1);
    if (request !== undefined && request.length < MAXIMUM_ENTRIES && bytes + size <= SHARED_REQUEST_BYTES) {
      request.push(item);
      bytes += size;
    } else {
      requests.push([item]);
      bytes = size;
    }
  }
  return requests;
}

/** An event that is not on the bus. `final`: the bus will never take it. */
export type Unpublished = { readonly event: RecordedEvent; readonly reason: string; readonly final: boolean };

/**
 * Puts all events on the bus; resolves with those that are not there, in order. Never throws, and logs why it gives up.
 *
 * Events of one stream go out one request after the other, and a request's failed entries, they alone, are tried again before
 * the next: so the bus can see two events of a stream out of order only when the earlier one failed and is given back, or when
 * both were in one request of at most 10. When the bus does not answer at all, or less than ten seconds remain, later requests
 * are not tried.
 */
export type Publish = (
  events: readonly RecordedEvent[],
  remainingMilliseconds?: () => number,
) => Promise<readonly Unpublished[]>;

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

/** Requests under way at once. */
const MAXIMUM_REQUESTS = 4;

/** Longer than a request and what follows it may take. */
export const RESERVED_MS = 10_000;

/** What the service says of an entry that no repeat can cure. */
const FINAL_CODES: ReadonlySet<string> = new Set(['InvalidArgument', 'MalformedDetail']);

type Outgoing = { readonly event: RecordedEvent; readonly entry: PutEventsRequestEntry };
type Answer = { readonly failed: readonly Unpublished[]; readonly answered: boolean };

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
      const failed = request.flatMap(({ event }, index): Unpublished[] => {
        const { EventId, ErrorCode = 'no answer', ErrorMessage = '' } = Entries[index] ?? {};
        const reason = `${ErrorCode} ${ErrorMessage}`.trim();
        return EventId === undefined ? [{ event, reason, final: FINAL_CODES.has(ErrorCode) }] : [];
      });
      return { failed, answered: true };
    } catch (error) {
      return { failed: request.map(({ event }) => ({ event, reason: String(error), final: false })), answered: false };
    }
  }

  async function putPatiently(request: readonly Outgoing[], inTime: () => boolean): Promise<Answer> {
    let answer = await put(request);
    for (let attempt = 1; attempt < MAXIMUM_ATTEMPTS; attempt += 1) {
      const given = answer.failed.filter(({ final }) => final);
      const again = new Set(answer.failed.filter(({ final }) => !final).map(({ event }) => event));
      if (again.size === 0 || !inTime()) break;
      await sleep(random() * BASE_MS * 2 ** attempt);
      const { failed, answered } = await put(request.filter(({ event }) => again.has(event)));
      answer = { failed: [...given, ...failed], answered };
    }
    return answer;
  }

  return async (events, remainingMilliseconds = () => Number.POSITIVE_INFINITY) => {
    const outgoing = events.map((event) => ({ event, entry: entryOf(event) }));
    const tooLarge = outgoing.filter(({ entry }) => entryBytes(entry) > MAXIMUM_REQUEST_BYTES);
    const requests = packEntries(
      outgoing.filter((one) => !tooLarge.includes(one)),
      ({ entry }) => entry,
    );
    const failed = tooLarge.map(({ event, entry }) => ({ event, reason: sizeReason(entry), final: true }));
    const untried: Unpublished[] = [];
    let stopped: string | undefined;
    const inTime = () => remainingMilliseconds() >= RESERVED_MS;
    await streamByStream(requests, async (request) => {
      if (stopped === undefined && !inTime()) stopped = 'the time is up';
      if (stopped !== undefined) {
        const reason = `not tried, since ${stopped}`;
        untried.push(...request.map(({ event }) => ({ event, reason, final: false })));
        return;
      }
      const answer = await putPatiently(request, inTime);
      failed.push(...answer.failed);
      if (!answer.answered) stopped ??= 'the bus does not answer';
    });
    for (const { event, reason } of failed) console.error(`${nameOf(event)} is not on the bus ${bus}: ${reason}`);
    if (untried[0] !== undefined)
      console.error(`${untried.length} more events are not on the bus: ${untried[0].reason}`);
    const byEvent = new Map([...failed, ...untried].map((one) => [one.event, one]));
    return events.flatMap((event) => byEvent.get(event) ?? []);
  };
}

/** Runs a few requests at a time; one that shares a stream with others waits for those before it. */
async function streamByStream(
  requests: readonly (readonly Outgoing[])[],
  put: (request: readonly Outgoing[]) => Promise<void>,
): Promise<void> {
  const lastOf = new Map<string, Promise<void>>();
  const running = new Set<Promise<void>>();
  for (const request of requests) {
    while (running.size >= MAXIMUM_REQUESTS) await Promise.race(running);
    const streams = request.map(({ event }) => event.context.stream);
    const mine = Promise.all(streams.map((stream) => lastOf.get(stream)))
      .then(() => put(request))
      .finally(() => running.delete(mine));
    running.add(mine);
    for (const stream of streams) lastOf.set(stream, mine);
  }
  await Promise.all(running);
}

const nameOf = ({ context: { what, stream, version } }: RecordedEvent) => `${what}, version ${version} of ${stream},`;

const sizeReason = (entry: PutEventsRequestEntry) =>
  `as an entry it has ${entryBytes(entry)} bytes and PutEvents takes ${MAXIMUM_REQUEST_BYTES}; it can only be read from the feed`;
