/** How long does a writer wait after it lost a race? */

/** With 8 attempts, 16 writers that never pause lose a few commands in a thousand on one stream (`npm run bench -- store`). */
export const MAXIMUM_ATTEMPTS = 8;

const BASE_MS = 10;
const CAP_MS = 3_000;

/**
 * Full jitter: anything from nothing to a bound that triples with each attempt. In milliseconds. A first conflict costs little;
 * who keeps losing waits until the others are through, at most ten seconds in all, which fits into a request.
 */
export const retryDelay = (attempt: number, random: () => number): number =>
  random() * Math.min(CAP_MS, BASE_MS * 3 ** attempt);
