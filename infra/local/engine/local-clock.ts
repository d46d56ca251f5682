/** Time as the parts of a run see it, and how they wait for a later one; tests inject their own. */
export type Clock = {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `run` once at `time` or a little later, at a time too far away for a timer earlier; the answer cancels it. */
  at(time: number, run: () => void): () => void;
};

/** The longest wait that Node's timers take (2^31 - 1 ms, 24.8 days); whoever waits longer is woken early and waits again. */
const LONGEST_WAIT_MS = 2_147_483_647;

export const systemClock: Clock = {
  now: () => Date.now(),
  at(time, run) {
    const timer = setTimeout(run, Math.min(Math.max(time - Date.now(), 0), LONGEST_WAIT_MS));
    return () => clearTimeout(timer);
  },
};

/** Resolves after the time, months included, or at once when the signal ends; never rejects. */
export async function wait(milliseconds: number, signal: AbortSignal, clock: Clock = systemClock): Promise<void> {
  const end = clock.now() + milliseconds;
  while (!signal.aborted && clock.now() < end) await woken(end, signal, clock);
}

function woken(time: number, signal: AbortSignal, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      cancel();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = clock.at(time, finish);
    signal.addEventListener('abort', finish);
  });
}
