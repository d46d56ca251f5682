/** When is the next firing of a schedule? */
import { type Clock, systemClock } from '../event-bus/clock.ts';
import type { Log, Running } from '../ports.ts';
import { intervalOf } from './rate.ts';

export type ScheduleDefinition = {
  readonly name: string;
  /** `rate(...)`. */
  readonly expression: string;
  /** Called with the time of the firing; what it throws is logged and does not end the schedule. */
  readonly deliver: (time: Date) => void;
  readonly log: Log;
};

/**
 * Fires first one interval after the start, as the service does for a new rule, then at whole multiples of the interval from the
 * start. Firings that a suspended machine slept through are skipped, not made up for. Throws an `Error` for an expression that
 * cannot run.
 */
export function startSchedule(
  { name, expression, deliver, log }: ScheduleDefinition,
  clock: Clock = systemClock,
): Running {
  const intervalMs = intervalOf(expression, name);
  const stopping = new AbortController();
  const start = clock.now();

  const run = async (): Promise<void> => {
    for (;;) {
      const elapsed = clock.now() - start;
      await clock.wait(intervalMs - (elapsed % intervalMs), stopping.signal);
      if (stopping.signal.aborted) return;
      try {
        deliver(new Date(clock.now()));
      } catch (error) {
        log('error', name, `scheduled firing failed: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  };
  const running = run();

  return {
    live: () => !stopping.signal.aborted,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
