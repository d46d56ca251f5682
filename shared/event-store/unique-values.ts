/** A unique value is held under a key beside the streams, in a form that no stream can have. */
import type { UniqueValue } from '#shared/aggregate/index.ts';
import { KitError } from '#shared/event/index.ts';
import type { UniqueChange } from './event-store.ts';

/** A change by its keys, each once. A value that is both claimed and released stays with its holder. */
export function keyedChange({ claims, releases }: UniqueChange): {
  readonly claims: ReadonlyMap<string, UniqueValue>;
  readonly releases: ReadonlySet<string>;
} {
  const claimed = new Map(claims.map((value) => [uniqueKey(value), value]));
  const released = new Set(releases.map(uniqueKey).filter((key) => !claimed.has(key)));
  return { claims: claimed, releases: released };
}

/** A partition key holds 2,048 bytes. */
const MAXIMUM_BYTES = 2_048;

/**
 * Different for different names and values. Throws `invalid-identifier` when they are too long to be a key, or no text: half a
 * surrogate pair has no UTF-8, and all of them would be the same.
 */
function uniqueKey({ name, value }: UniqueValue): string {
  if (!name.isWellFormed() || !value.isWellFormed()) {
    throw new KitError('invalid-identifier', `The unique ${name.toWellFormed()} is not well-formed Unicode.`);
  }
  const key = `unique#${encodeURIComponent(name)}#${value}`;
  if (Buffer.byteLength(key) > MAXIMUM_BYTES) {
    throw new KitError('invalid-identifier', `The unique ${name} is longer than ${MAXIMUM_BYTES} bytes.`);
  }
  return key;
}
