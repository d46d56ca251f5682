/** `GET /feed/{context}`: what has happened in a context, in one order. */
import * as z from 'zod/mini';
import { check } from '#shared/aggregate/index.ts';
import { cursorText, type FeedReader, parseCursor } from '#shared/feed/index.ts';
import { endpoint } from './endpoint.ts';
import { json } from './http-message.ts';
import { invalidInput, notFound } from './problem.ts';

const LIMIT = /^(?:[1-9]\d{0,2}|1000)$/;

const range = z.strictObject({
  after: z._default(
    z
      .string()
      .check(z.refine((text) => parseCursor(text) !== undefined, 'Send a position, or the next or head of a page.')),
    cursorText([0]),
  ),
  limit: z._default(z.string().check(z.regex(LIMIT, 'Use a whole number from 1 to 1000.')), '100'),
});

/**
 * `feedOf` gives the feed of a context, or nothing when there is no such context. `next` is null at the end of the feed; what
 * is fed later follows after `head`.
 */
export const feedEndpoint = (feedOf: (context: string) => Pick<FeedReader, 'readAll'> | undefined) =>
  endpoint().handler(async (event) => {
    const context = event.pathParameters?.context ?? '';
    const feed = feedOf(context);
    if (feed === undefined) return notFound(`There is no context ${context}.`);
    const query = check(range, event.queryStringParameters ?? {});
    if ('faults' in query) return invalidInput(query.faults);
    const { after, limit } = query.value;
    const page = await feed.readAll(parseCursor(after) ?? [], Number(limit));
    const [next, head] = [cursorText(page.next), cursorText(page.head)];
    return json(200, { events: page.events, next: next === head ? null : next, head });
  });
