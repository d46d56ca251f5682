/** How is it proven that a stream has a version? By having been read, or by having been written. */
import type { StreamId } from '#shared/stream/index.ts';

declare const proof: unique symbol;

/**
 * Proof that a stream had this version when the store looked. Only a store makes one, and `append` takes nothing else: so
 * nobody can append "after version 7" to a stream that has no version 7.
 */
export type StreamSlice = { readonly stream: StreamId; readonly version: number; readonly [proof]: true };

const proven = new WeakSet<StreamSlice>();

/** For stores only: what they saw. */
export function sliceAt(stream: StreamId, version: number): StreamSlice {
  const slice = { stream, version } as StreamSlice; // the one place where the proof is given
  proven.add(Object.freeze(slice));
  return slice;
}

/** Throws, since it is a mistake in the code, when the slice is made up or a changed copy; types alone let a copy through. */
export function assertProven(slice: StreamSlice): void {
  if (proven.has(slice)) return;
  throw new Error(`an append to ${slice.stream} after version ${slice.version} was asked for without having read it`);
}
