/** A schedule fires at whole multiples of its rate from its start. */
import type { Running } from '../../engine/boot/cleanup.ts';
import { type Clock, systemClock, wait } from '../../engine/local-clock.ts';
import type { Log } from '../../engine/log.ts';

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
      await wait(intervalMs - (elapsed % intervalMs), stopping.signal, clock);
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

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
const RATE = /^rate\((\d+) (minute|hour|day)(s?)\)$/;

/**
 * Milliseconds between two firings of `rate(5 minutes)`: a positive whole number, singular for 1 and plural otherwise, as EventBridge
 * demands. Throws an `Error` that names the owner for anything else; `cron(...)` is not supported.
 */
export function intervalOf(expression: string, owner: string): number {
  if (expression.startsWith('cron(')) {
    throw new Error(`${owner}: ${expression} cannot run locally, only rate(...) can. Give the local stage a rate.`);
  }
  const [, digits, unit, plural] = RATE.exec(expression) ?? [];
  const count = Number(digits);
  if ((unit !== 'minute' && unit !== 'hour' && unit !== 'day') || count < 1 || (count === 1) !== (plural === '')) {
    throw new Error(
      `${owner}: schedule expression ${expression} is not valid. Write rate(1 minute) or rate(5 minutes).`,
    );
  }
  return count * UNIT_MS[unit];
}
