/** When a cron expression is due. The calendar is croner's, and what time zones do to it is AWS's. */
import { Cron } from 'croner';
import { type CronFields, cronFieldsOf } from './cron-fields.ts';
import { firstInstantOf, wallTimeAt } from './zoned-time.ts';

/** Gives the first time after `after` (both in milliseconds), or undefined when there is none any more. */
export type TimesAfter = (after: number) => number | undefined;

/**
 * The times of what stands between the brackets of `cron(...)`, on the wall clock of a zone. A time that clocks are set
 * forward over is skipped; one that they show twice counts once, before the shift (EventBridge Scheduler guide, "Daylight
 * savings time"). Throws `InvalidCron` for fields that AWS does not take.
 */
export function cronTimes(text: string, zone: string): TimesAfter {
  const fields = cronFieldsOf(text);
  // Every expression means wall times; in UTC none is missing and none comes twice.
  const cron = new Cron(cronerPattern(fields), { timezone: 'UTC', mode: '7-part', alternativeWeekdays: true });
  return (after) => {
    let wall: number | undefined = wallTimeAt(after, zone);
    for (;;) {
      wall = cron.nextRun(new Date(wall))?.getTime();
      if (wall === undefined) return undefined;
      const instant = firstInstantOf(wall, zone);
      if (instant !== undefined && instant > after) return instant;
    }
  };
}

function cronerPattern({ minutes, hours, days, months, weekdays, years }: CronFields): string {
  return [[0], minutes, hours, days, months, weekdays, years]
    .map((field) => (typeof field === 'string' ? field.replace('any', '*') : field.join(',')))
    .join(' ');
}
