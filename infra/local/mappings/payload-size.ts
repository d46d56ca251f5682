/** How many records fit into one invocation? */

/** A synchronous invocation takes 6 MB of JSON (Lambda quotas); the rest is left for what surrounds the records. */
const INVOCATION_BYTES = 6 * 1_048_576 - 4_096;

export function jsonBytes(record: unknown): number {
  return Buffer.byteLength(JSON.stringify(record)) + 1;
}

/** The length of the longest beginning with at most `most` records that fits; at least 1, for a record too large by itself. */
export function fitting(sizes: readonly number[], most: number): number {
  let bytes = 0;
  let fit = 0;
  for (const size of sizes) {
    bytes += size;
    if (fit > 0 && (fit >= most || bytes > INVOCATION_BYTES)) break;
    fit += 1;
  }
  return fit;
}
