import { parseStreamId } from '#shared/event/index.ts';
import { cursorText, type FeedReader, parseCursor } from '#shared/feed/index.ts';
import type { HintFeed } from '#shared/projection/index.ts';

/** The feed of a context, of which only the hints are read. */
export const hintFeed = (reader: Pick<FeedReader, 'readAll'>): HintFeed => ({
  async read(after, limit) {
    const page = await reader.readAll(after === undefined ? [] : (parseCursor(after) ?? []), limit);
    const events = page.events.flatMap(({ context: { stream: name, version, when: recordedAt } }) => {
      const stream = parseStreamId(name);
      return stream === undefined ? [] : [{ stream, version, recordedAt }];
    });
    const next = cursorText(page.next);
    return { events, next, isEnd: next === cursorText(page.head) };
  },
});
