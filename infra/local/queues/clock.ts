/** What is the time for a queue, and how does it wait for a later one? Tests inject their own. */

/** Milliseconds since the epoch, and a way to be called at such a time. */
export type Clock = {
  now(): number;
  /** Calls `run` once at `time` or a little later; the answer cancels it. */
  at(time: number, run: () => void): () => void;
};

/** The longest wait that Node's timers take (2^31 - 1 ms, 24.8 days); whoever waits longer is woken early and waits again. */
const LONGEST_WAIT_MS = 2_147_483_647;

export const systemClock: Clock = {
  now: Date.now,
  at(time, run) {
    const timer = setTimeout(run, Math.min(Math.max(time - Date.now(), 0), LONGEST_WAIT_MS));
    return () => clearTimeout(timer);
  },
};
