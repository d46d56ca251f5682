/** How do two loops tell each other that something has changed? */

export type Bell = {
  ring(): void;
  /** Until the next ring, or for `ms` milliseconds. */
  wait(ms?: number): Promise<void>;
};

export function createBell(): Bell {
  let waiting: (() => void)[] = [];
  return {
    ring() {
      const rung = waiting;
      waiting = [];
      for (const wake of rung) wake();
    },
    wait(ms) {
      return new Promise((resolve) => {
        const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
        waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    },
  };
}
