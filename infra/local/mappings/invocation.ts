/** How does a mapping call its function, and what does it say of a failure? */
import type { InvocationResult, LocalFunction } from '../ports.ts';

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
