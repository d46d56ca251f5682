/** The state of a stream as it is now: all of the stream is read, or what came after what was current. */
import type { AnyAggregate } from '#shared/aggregate/index.ts';
import type { StreamId } from '#shared/event/index.ts';
import { type EventStore, snapshotSchemaOf } from '#shared/event-store/index.ts';
import type { StateCache } from './state-cache.ts';
import { foldLoaded, type StreamState } from './stream-state.ts';

/** Strongly consistent, one request. Remembers what it has read. Throws what the store throws. */
export async function loadState(
  { store, cache }: { readonly store: EventStore; readonly cache: StateCache },
  aggregate: AnyAggregate,
  stream: StreamId,
  { before, signal }: { readonly before?: StreamState | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<StreamState> {
  const options = { snapshotSchema: snapshotSchemaOf(aggregate.decider), signal };
  const loaded = await (before === undefined ? store.load(stream, options) : store.loadTail(before.token, options));
  const current = foldLoaded(aggregate, loaded, before);
  cache.set(current);
  return current;
}
