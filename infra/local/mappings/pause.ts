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

/** 100 ms before the first repetition, doubling up to 5 s: short enough to watch, long enough to spare the machine. */
export function backOff(repetition: number): number {
  return Math.min(100 * 2 ** Math.max(repetition - 1, 0), 5_000);
}
