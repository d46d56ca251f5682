/** When a schedule is due, from its expression and its dates, and what is wrong with these. */
import type { TimesAfter } from './expression/cron-times.ts';
import { InvalidExpression, readExpression } from './expression/schedule-expression.ts';
import { isTimeZone } from './expression/zoned-time.ts';
import type { Schedule } from './schedule-properties.ts';
import { targetFaults } from './schedule-target.ts';

/**
 * The times at which a schedule that runs since `startedAt` is due. A rate starts with its StartDate, without one at once; a
 * cron expression has no times before it. Neither has any after the EndDate. `at(...)` has one, and asks for no dates
 * (EventBridge Scheduler guide, "Schedule types").
 */
export function scheduleTimes(schedule: Schedule, startedAt: number): TimesAfter {
  const { StartDate: start, EndDate: end = Number.POSITIVE_INFINITY } = schedule;
  const expression = readExpression(schedule.ScheduleExpression, { zone: schedule.ScheduleExpressionTimezone });
  if (expression.kind === 'at') {
    const { time } = expression;
    return (after) => (time !== undefined && time > after ? time : undefined);
  }
  const times: TimesAfter =
    expression.kind === 'rate'
      ? rateTimes(start ?? startedAt, expression.intervalMs)
      : (after) => expression.timesAfter(Math.max(after, (start ?? 0) - 1));
  return (after) => {
    const next = times(after);
    return next !== undefined && next <= end ? next : undefined;
  };
}

/** The first time and all whole intervals after it. */
function rateTimes(first: number, intervalMs: number): TimesAfter {
  return (after) => (after < first ? first : first + (Math.floor((after - first) / intervalMs) + 1) * intervalMs);
}

/** A property that AWS would refuse; `hint` says more than AWS does. */
export type ScheduleFault = { readonly path: string; readonly message: string; readonly hint?: string };

/** Everything about a well-formed schedule that AWS would refuse whenever it is created. */
export function scheduleFaults(schedule: Schedule): ScheduleFault[] {
  const { ScheduleExpression: expression, ScheduleExpressionTimezone: zone, FlexibleTimeWindow: window } = schedule;
  const faults: ScheduleFault[] = [];
  const known = isTimeZone(zone);
  if (!known) {
    faults.push({
      path: 'ScheduleExpressionTimezone',
      message: `Invalid Schedule Expression Timezone ${zone}.`,
      hint: 'it takes names such as Europe/Zurich',
    });
  }
  try {
    readExpression(expression, { zone: known ? zone : 'UTC' });
  } catch (error) {
    if (!(error instanceof InvalidExpression)) throw error;
    const message = `Invalid Schedule Expression ${expression}.`;
    faults.push({ path: 'ScheduleExpression', message, hint: error.message });
  }
  if ((window.Mode === 'FLEXIBLE') !== (window.MaximumWindowInMinutes !== undefined)) {
    const message = 'MaximumWindowInMinutes must be specified for the mode FLEXIBLE, and for no other.';
    faults.push({ path: 'FlexibleTimeWindow', message });
  }
  const { StartDate: start, EndDate: end } = schedule;
  if (start !== undefined && end !== undefined && end <= start) {
    faults.push({ path: 'EndDate', message: 'The EndDate you specify must come after the StartDate.' });
  }
  return [...faults, ...targetFaults(schedule.Target)];
}
