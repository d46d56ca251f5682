/** How is it proven that a stream has a version? By having been read, or by having been written. */
import type { StreamId } from '#shared/event/index.ts';

declare const proof: unique symbol;

/**
 * Proof that a stream had this version when the store looked. Only a store makes one, and `append` takes nothing else: so
 * nobody can append "after version 7" to a stream that has no version 7.
 */
export type StreamToken = { readonly stream: StreamId; readonly version: number; readonly [proof]: true };

const proven = new WeakSet<StreamToken>();

/** For stores only: what they saw. */
export function tokenAt(stream: StreamId, version: number): StreamToken {
  const token = { stream, version } as StreamToken; // the one place where the proof is given
  proven.add(Object.freeze(token));
  return token;
}

/** Throws, since it is a mistake in the code, when the token is made up or a changed copy; types alone let a copy through. */
export function assertProven(token: StreamToken): void {
  if (proven.has(token)) return;
  throw new Error(`an append to ${token.stream} after version ${token.version} was asked for without having read it`);
}
