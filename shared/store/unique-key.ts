/** Under which key is a unique value held? Beside the streams, in a form that no stream can have. */
import type { UniqueValue } from '#shared/decider/index.ts';
import { KitError } from '#shared/event/index.ts';

/** A partition key holds 2,048 bytes. */
const MAXIMUM_BYTES = 2_048;

/** Throws `invalid-identifier` when name and value are too long to be a key. */
export function uniqueKey({ name, value }: UniqueValue): string {
  const key = `unique#${name}#${value}`;
  if (Buffer.byteLength(key) > MAXIMUM_BYTES) {
    throw new KitError('invalid-identifier', `The unique ${name} is longer than ${MAXIMUM_BYTES} bytes.`);
  }
  return key;
}
