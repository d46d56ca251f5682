const BASE_MS = 10;
const CAP_MS = 3_000;

/**
 * Full jitter: anything from nothing to a bound that triples with each attempt, up to three seconds. In milliseconds. A first
 * conflict costs little; who keeps losing waits until the others are through: eight attempts take ten seconds at the most, which
 * fits into a request, and one that is tried until its time is over has a few more tries a second or two apart.
 */
export const retryDelay = (attempt: number, random: () => number): number =>
  random() * Math.min(CAP_MS, BASE_MS * 3 ** attempt);
