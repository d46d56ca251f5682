/** The streams that a process remembers from earlier commands: a bounded few, least recently used out first. */
import type { StreamId } from '#shared/event/index.ts';
import type { StreamState } from './stream-state.ts';

/** Only a head start: what it gives may be stale, and the conditional write finds out. */
export type StateCache = {
  get(stream: StreamId): StreamState | undefined;
  set(current: StreamState): void;
};

/** Holds at most so many streams, and at most so much of their states; a state that is larger is not kept. */
export function createStateCache(
  maximumStreams = MAXIMUM_STREAMS,
  maximumStateBytes = MAXIMUM_STATE_BYTES,
): StateCache {
  // A map keeps the order in which keys were put in: the least recently used comes first.
  const streams = new Map<StreamId, StreamState>();
  let stateBytes = 0;

  function remove(stream: StreamId): void {
    stateBytes -= streams.get(stream)?.stateBytes ?? 0;
    streams.delete(stream);
  }
  function putLast(current: StreamState): void {
    remove(current.token.stream);
    streams.set(current.token.stream, current);
    stateBytes += current.stateBytes;
  }

  return {
    get(stream) {
      const current = streams.get(stream);
      if (current !== undefined) putLast(current);
      return current;
    },
    set(current) {
      putLast(current);
      for (const oldest of streams.keys()) {
        if (streams.size <= maximumStreams && stateBytes <= maximumStateBytes) return;
        remove(oldest);
      }
    },
  };
}

/** With the latest commands of each, a few MB. */
const MAXIMUM_STREAMS = 500;

/** All states together, as JSON. In memory an object takes several times as much: an eighth of a function's 1,024 MB, about. */
const MAXIMUM_STATE_BYTES = 32 * 1024 * 1024;
