/** What a message tells a projection: which stream has reached which version. Everything else is in the log. */
import * as z from 'zod/mini';
import { categoryOf, parseStreamId } from '#shared/event/index.ts';
import type { AnyProjection, Hint } from '#shared/projection/index.ts';

const hint = z.object({ stream: z.string(), version: z.int().check(z.positive()) });

/** Of what the bus could not hand to the queue, its dead-letter queue may have the whole event. */
const event = z.object({ detail: z.object({ context: hint }) });

/** Undefined when the text is no hint for this projection: it names no stream of its categories with a version. */
export function parseHint({ categories }: Pick<AnyProjection, 'categories'>, text: string): Hint | undefined {
  const body = parseJson(text);
  const found = hint.safeParse(body).data ?? event.safeParse(body).data?.detail.context;
  const stream = parseStreamId(found?.stream ?? '');
  if (found === undefined || stream === undefined || !categories.includes(categoryOf(stream))) return undefined;
  return { stream, version: found.version };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
