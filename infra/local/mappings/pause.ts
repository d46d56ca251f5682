/** How does a loop wait without holding up its end? */

/** Resolves after `ms` milliseconds, or at once when the signal ends; never rejects. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}

const FIRST_MS = 100;

/** Before a failed invocation is repeated: doubling up to 5 s, short enough to watch, long enough to read the log. */
export function backOff(repetition: number): number {
  return Math.min(FIRST_MS * 2 ** (repetition - 1), 5_000);
}

/** Before a DynamoDB that does not answer is asked again: doubling up to 1 s, as it may be restarted any moment. */
export function outwait(trouble: number): number {
  return Math.min(FIRST_MS * 2 ** (trouble - 1), 1_000);
}
