/** What a message tells: which stream has reached which version, and from when on it counts. Everything else is in the log. */
import * as z from 'zod/mini';
import { categoryOf, parseStreamId } from '#shared/event/index.ts';
import type { Follower, Hint } from '#shared/projection/index.ts';

const hint = z.object({
  stream: z.string(),
  version: z.int().check(z.positive()),
  notBefore: z.optional(z.iso.datetime()),
});

export type HintMessage = Hint & { readonly notBefore: string | undefined };

/** Of what the bus could not hand to the queue, its dead-letter queue may have the whole event. */
const event = z.object({ detail: z.object({ context: hint }) });

/** Undefined when the text is no hint for this follower: it names no stream of its categories with a version. */
export function parseHint({ categories }: Pick<Follower, 'categories'>, text: string): HintMessage | undefined {
  const body = parseJson(text);
  const found = hint.safeParse(body).data ?? event.safeParse(body).data?.detail.context;
  const stream = parseStreamId(found?.stream ?? '');
  if (found === undefined || stream === undefined || !categories.includes(categoryOf(stream))) return undefined;
  return { stream, version: found.version, notBefore: found.notBefore };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
