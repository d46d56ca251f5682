import { createBoundedCache, type StreamId } from '#shared/event/index.ts';
import type { StreamState } from './stream-state.ts';

/** The streams that a process remembers from earlier commands. Only a head start: what it gives may be stale, and the conditional write finds out. */
export type StateCache = {
  get(stream: StreamId): StreamState | undefined;
  set(current: StreamState): void;
};

/** Holds at most so many streams, and at most so much of their states, least recently used out first. */
export function createStateCache(
  maximumStreams = MAXIMUM_STREAMS,
  maximumStateBytes = MAXIMUM_STATE_BYTES,
): StateCache {
  const states = createBoundedCache<StreamId, StreamState>({
    maximumValues: maximumStreams,
    maximumBytes: maximumStateBytes,
    bytesOf: ({ stateBytes }) => stateBytes,
  });
  return { get: states.get, set: (current) => states.set(current.token.stream, current) };
}

/** With the latest commands of each, a few MB. */
const MAXIMUM_STREAMS = 500;

/** All states together, as JSON. In memory an object takes several times as much: an eighth of a function's 1,024 MB, about. */
const MAXIMUM_STATE_BYTES = 32 * 1024 * 1024;
