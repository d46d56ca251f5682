/** The events of a stream: `GET /streams/{stream}`, for every context. */
import * as z from 'zod/mini';
import { type Checked, check, faultsIn } from '#shared/aggregate/index.ts';
import { categoryOf, parseStreamId, type StreamId } from '#shared/event/index.ts';
import type { EventPage, EventStore } from '#shared/event-store/index.ts';
import { endpoint } from './endpoint.ts';
import { etag, type HttpEvent, json } from './http-message.ts';
import { invalidInput } from './problem.ts';

const wholeNumber = (minimum: number, maximum: number) =>
  z.pipe(
    z.string().check(z.regex(/^\d{1,16}$/, 'Use a whole number.')),
    z.pipe(z.transform(Number), z.int().check(z.minimum(minimum), z.maximum(maximum))),
  );

const range = z.strictObject({
  after: z._default(wholeNumber(0, Number.MAX_SAFE_INTEGER), 0),
  limit: z._default(wholeNumber(1, 1_000), 100),
});

/** An unknown stream is an empty stream, also one that no context could have. */
const EMPTY: EventPage = { version: 0, events: [], next: null };

/** `storeOf` gives the store that holds the streams of a category, or nothing when no context has that category. */
export const streamEndpoint = (storeOf: (category: string) => Pick<EventStore, 'readEvents'> | undefined) =>
  endpoint().handler(async (event, _, { signal }) => {
    const named = streamParameter(event);
    const page = check(range, event.queryStringParameters ?? {});
    if ('faults' in named || 'faults' in page) return invalidInput(faultsIn(named, page));
    const stream = named.value;
    const store = storeOf(categoryOf(stream));
    const { version, events, next } = (await store?.readEvents(stream, page.value, { signal })) ?? EMPTY;
    return json(200, { stream, version, events, next }, { etag: etag(version) });
  });

function streamParameter({ pathParameters }: Pick<HttpEvent, 'pathParameters'>): Checked<StreamId> {
  const stream = parseStreamId(pathParameters?.stream ?? '');
  if (stream !== undefined) return { value: stream };
  return { faults: [{ path: 'stream', code: 'invalid-stream', message: 'A stream is named <category>-<id>.' }] };
}
