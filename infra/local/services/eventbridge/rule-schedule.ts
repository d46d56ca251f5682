/** A rule with a schedule fires at whole multiples of its rate from its start, or when its cron expression says, in UTC. */
import type { Running } from '../../engine/boot/cleanup.ts';
import { type Clock, systemClock, wait } from '../../engine/local-clock.ts';
import type { Log } from '../../engine/log.ts';
import type { TimesAfter } from '../scheduler/expression/cron-times.ts';
import { InvalidExpression, readExpression } from '../scheduler/expression/schedule-expression.ts';

export type RuleSchedule = {
  readonly name: string;
  /** `rate(...)` or `cron(...)`. */
  readonly expression: string;
  /** Called with the time of the firing; what it throws is logged and does not end the schedule. */
  readonly deliver: (time: Date) => void;
  /** Told when it fires next, undefined when it does not any more. */
  readonly tellNext?: (time: number | undefined) => void;
  readonly log: Log;
};

/**
 * A rate fires first one interval after the start, as the service does for a new rule, then at whole multiples of the interval
 * from the start. Never early; firings that a suspended machine slept through are skipped, not made up for. Throws an `Error`
 * for an expression that EventBridge refuses.
 */
export function startRuleSchedule(
  { name, expression, deliver, tellNext = () => {}, log }: RuleSchedule,
  clock: Clock = systemClock,
): Running {
  const times = ruleTimes(expression, clock.now());
  const stopping = new AbortController();
  let ended = false;

  const run = async (): Promise<void> => {
    for (;;) {
      const next = times(clock.now());
      tellNext(next);
      if (next === undefined) break;
      await wait(next - clock.now(), stopping.signal, clock);
      if (stopping.signal.aborted) return;
      try {
        deliver(new Date(clock.now()));
      } catch (error) {
        log('error', name, `scheduled firing failed: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    ended = true;
    log('warn', name, `${expression} never comes any more: the rule does not fire`);
  };
  const running = run();

  return {
    live: () => !stopping.signal.aborted && !ended,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** What EventBridge says of an expression that it refuses; `hint` says more than it does. */
export class InvalidRuleSchedule extends Error {
  readonly hint: string;

  constructor(hint: string) {
    super('Parameter ScheduleExpression is not valid.');
    this.hint = hint;
  }
}

/**
 * The times of a rule's expression: a rate's unit is singular for 1 and plural otherwise, cron means UTC, and `at(...)` is
 * for schedules only. Throws {@link InvalidRuleSchedule}.
 */
export function ruleTimes(text: string, startedAt: number): TimesAfter {
  const expression = checked(() => readExpression(text, { exactUnits: true }));
  switch (expression.kind) {
    case 'cron':
      return expression.timesAfter;
    case 'rate': {
      const { intervalMs } = expression;
      return (after) => startedAt + (Math.floor((after - startedAt) / intervalMs) + 1) * intervalMs;
    }
    case 'at':
      throw new InvalidRuleSchedule('at(...) is for schedules; a rule takes rate(...) or cron(...)');
  }
}

function checked<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof InvalidExpression) throw new InvalidRuleSchedule(error.message);
    throw error;
  }
}
