/** Time passes only when everything that could happen by now has happened: the earliest waiting step is always the next. */

export type SimulatedTime = {
  /** In milliseconds. */
  now(): number;
  after(milliseconds: number, act: () => unknown): void;
  /** Runs what waits, up to so many milliseconds from now. */
  pass(milliseconds: number): Promise<void>;
};

export function createSimulatedTime(start: number): SimulatedTime {
  /** The next one last. */
  const waiting: { readonly at: number; readonly act: () => unknown }[] = [];
  let now = start;

  return {
    now: () => now,
    after(milliseconds, act) {
      const at = now + Math.max(0, milliseconds);
      let [from, to] = [0, waiting.length];
      while (from < to) {
        const middle = (from + to) >> 1;
        if ((waiting[middle]?.at ?? 0) > at) from = middle + 1;
        else to = middle;
      }
      waiting.splice(from, 0, { at, act });
    },
    async pass(milliseconds) {
      const end = now + milliseconds;
      for (let next = waiting.at(-1); next !== undefined && next.at <= end; next = waiting.at(-1)) {
        waiting.pop();
        now = next.at;
        next.act();
        await everybodyWaits();
      }
      now = end;
    },
  };
}

/** Nothing in a simulation waits for anything but simulated time, so when no promise is left to go on, everybody waits. */
const everybodyWaits = () => new Promise<void>((resolve) => setImmediate(resolve));
