/** Which streams does this process still know from earlier commands? A bounded few, least recently used out first. */
import type { StreamId } from '#shared/stream/index.ts';
import type { FoldedStream } from './folded-stream.ts';

/** Only a head start: what it gives may be stale, and the conditional write finds out. */
export type WarmStreams = {
  get(stream: StreamId): FoldedStream | undefined;
  set(known: FoldedStream): void;
};

/** Small states in the default 256 MB of a function leave this many far from its bound. */
const DEFAULT_CAPACITY = 500;

export function createWarmStreams(capacity = DEFAULT_CAPACITY): WarmStreams {
  // A map keeps the order in which keys were put in: the least recently used comes first.
  const streams = new Map<StreamId, FoldedStream>();
  const putLast = (known: FoldedStream) => {
    streams.delete(known.slice.stream);
    streams.set(known.slice.stream, known);
  };
  return {
    get(stream) {
      const known = streams.get(stream);
      if (known !== undefined) putLast(known);
      return known;
    },
    set(known) {
      putLast(known);
      const oldest = streams.keys().next();
      if (streams.size > capacity && !oldest.done) streams.delete(oldest.value);
    },
  };
}
