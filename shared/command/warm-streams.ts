/** Which streams does this process still know from earlier commands? A bounded few, least recently used out first. */
import type { StreamId } from '#shared/stream/index.ts';
import type { FoldedStream } from './folded-stream.ts';

/** Only a head start: what it gives may be stale, and the conditional write finds out. */
export type WarmStreams = {
  get(stream: StreamId): FoldedStream | undefined;
  set(known: FoldedStream): void;
};

/** With the latest commands of each, a few MB. */
const MAXIMUM_STREAMS = 500;

/** All states together, as JSON. In memory an object takes several times as much: an eighth of a function's 1,024 MB, about. */
const MAXIMUM_STATE_BYTES = 32 * 1024 * 1024;

/** Holds at most so many streams, and at most so much of their states; a state that is larger is not kept. */
export function createWarmStreams(
  maximumStreams = MAXIMUM_STREAMS,
  maximumStateBytes = MAXIMUM_STATE_BYTES,
): WarmStreams {
  // A map keeps the order in which keys were put in: the least recently used comes first.
  const streams = new Map<StreamId, FoldedStream>();
  let stateBytes = 0;

  function remove(stream: StreamId): void {
    stateBytes -= streams.get(stream)?.stateBytes ?? 0;
    streams.delete(stream);
  }
  function putLast(known: FoldedStream): void {
    remove(known.slice.stream);
    streams.set(known.slice.stream, known);
    stateBytes += known.stateBytes;
  }

  return {
    get(stream) {
      const known = streams.get(stream);
      if (known !== undefined) putLast(known);
      return known;
    },
    set(known) {
      putLast(known);
      for (const oldest of streams.keys()) {
        if (streams.size <= maximumStreams && stateBytes <= maximumStateBytes) return;
        remove(oldest);
      }
    },
  };
}
