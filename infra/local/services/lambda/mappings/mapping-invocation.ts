/** How a mapping calls its function: what fits into one invocation, and what its end says of the items. */
import type { InvocationResult, LocalFunction } from '../lambda-function.ts';

/**
 * As `target.invoke`. A rejection, which a function promises not to give, reads like a throttled invocation: the function
 * is not to blame, so it is repeated and costs no retry, and the mapping goes on.
 */
export async function invoke(target: LocalFunction, event: unknown): Promise<InvocationResult> {
  try {
    return await target.invoke(event);
  } catch (error) {
    return { ok: false, reason: 'throttled', errorType: 'InvocationFault', errorMessage: String(error) };
  }
}

export function isThrottled(result: InvocationResult): boolean {
  return !result.ok && result.reason === 'throttled';
}

/** ` (Error: message)`, or nothing when the function itself answered. */
export function reason(result: InvocationResult): string {
  return result.ok ? '' : ` (${result.errorType}: ${result.errorMessage})`;
}

/**
 * The identifiers under `batchItemFailures`; none when the answer, or the list, is empty or null. `all` when the answer
 * cannot be trusted: not an object, a list that is no list, an identifier that is empty, missing or not of the batch.
 */
export function reportedFailures(payload: unknown, ids: ReadonlySet<string>): ReadonlySet<string> | 'all' {
  if (payload === null || payload === undefined || payload === '') return new Set();
  if (typeof payload !== 'object' || Array.isArray(payload)) return 'all';
  const failures = 'batchItemFailures' in payload ? payload.batchItemFailures : undefined;
  if (failures === null || failures === undefined) return new Set();
  if (!Array.isArray(failures)) return 'all';
  const failed = new Set<string>();
  for (const failure of failures) {
    const id: unknown = failure?.itemIdentifier;
    if (typeof id !== 'string' || !ids.has(id)) return 'all';
    failed.add(id);
  }
  return failed;
}

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

/** Before a failed invocation is repeated: doubling up to 5 s, short enough to watch, long enough to read the log. */
export function backOff(repetition: number): number {
  return Math.min(100 * 2 ** (repetition - 1), 5_000);
}
