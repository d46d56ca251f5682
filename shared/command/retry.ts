/** How long does a writer wait after it lost a race? */

/** With 8 attempts, 16 writers on one stream lose a few commands in a thousand. */
export const MAXIMUM_ATTEMPTS = 8;

const BASE_MS = 10;
const CAP_MS = 1_000;

/** Full jitter: anything from nothing to a bound that doubles with each attempt. In milliseconds. */
export const retryDelay = (attempt: number, random: () => number): number =>
  random() * Math.min(CAP_MS, BASE_MS * 2 ** attempt);
