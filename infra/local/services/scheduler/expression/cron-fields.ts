/**
 * The six fields of an AWS cron expression, held to what AWS takes: minutes, hours, day of the month, month, day of the
 * week, year. What its guides do not name is refused (EventBridge Scheduler guide, "Cron-based schedules").
 */

/** The fields as explicit lists of numbers, or as the one special form that a day field may have. Weekdays: 1 is Sunday. */
export type CronFields = {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** `any` stands for `*` and `?`; `15W` is the weekday next to the 15th, inside its month. */
  readonly days: readonly number[] | 'any' | 'L' | 'LW' | `${number}W`;
  readonly months: readonly number[];
  /** `6L` is the last Friday of the month, `2#1` its first Monday. */
  readonly weekdays: readonly number[] | 'any' | `${number}L` | `${number}#${number}`;
  readonly years: readonly number[];
};

/** An expression that AWS would not take; the message says which field is wrong and what it may be. */
export class InvalidCron extends Error {}

type Field = {
  readonly what: string;
  readonly least: number;
  readonly most: number;
  readonly names?: readonly string[];
  /** Whether the field takes `/`. */
  readonly steps: boolean;
};

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const MINUTE: Field = { what: 'minutes', least: 0, most: 59, steps: true };
const HOUR: Field = { what: 'hours', least: 0, most: 23, steps: true };
const DAY: Field = { what: 'day of the month', least: 1, most: 31, steps: true };
const MONTH: Field = { what: 'month', least: 1, most: 12, names: MONTHS, steps: true };
const WEEKDAY: Field = { what: 'day of the week', least: 1, most: 7, names: WEEKDAYS, steps: false };
const YEAR: Field = { what: 'year', least: 1970, most: 2199, steps: true };

/** Reads what stands between the brackets of `cron(...)`. Throws {@link InvalidCron}. */
export function cronFieldsOf(text: string): CronFields {
  const [minute, hour, day, month, weekday, year, ...more] = text.split(' ');
  if (
    minute === undefined ||
    hour === undefined ||
    day === undefined ||
    month === undefined ||
    weekday === undefined ||
    year === undefined ||
    more.length > 0
  ) {
    throw new InvalidCron('it needs six fields with one space between: minutes hours day month weekday year');
  }
  if ((day === '?') === (weekday === '?')) {
    throw new InvalidCron('exactly one of day of the month and day of the week must be ?');
  }
  return {
    minutes: numbers(minute, MINUTE),
    hours: numbers(hour, HOUR),
    days: daysOf(day),
    months: numbers(month, MONTH),
    weekdays: weekdaysOf(weekday),
    years: numbers(year, YEAR),
  };
}

function daysOf(text: string): CronFields['days'] {
  if (text === '?' || text === '*') return 'any';
  if (text === 'L' || text === 'LW') return text;
  const nearest = /^(\d{1,2})W$/.exec(text)?.[1];
  return nearest === undefined ? numbers(text, DAY) : `${numberFor(nearest, DAY)}W`;
}

function weekdaysOf(text: string): CronFields['weekdays'] {
  if (text === '?' || text === '*') return 'any';
  // The last day of a week is Saturday.
  if (text === 'L') return [7];
  const last = /^(\d)L$/.exec(text)?.[1];
  if (last !== undefined) return `${numberFor(last, WEEKDAY)}L`;
  const [, day, nth] = /^(\d)#([1-5])$/.exec(text) ?? [];
  return day === undefined ? numbers(text, WEEKDAY) : `${numberFor(day, WEEKDAY)}#${Number(nth)}`;
}

/** Every number that the list names, in order, each once. */
function numbers(text: string, field: Field): number[] {
  if (text === '*') return range(field.least, field.most, 1);
  return [...new Set(text.split(',').flatMap((item) => itemNumbers(item, field)))].sort((a, b) => a - b);
}

function itemNumbers(item: string, field: Field): number[] {
  const [span = '', step, ...more] = item.split('/');
  if (more.length > 0 || (step !== undefined && !field.steps)) throw wrong(item, field);
  const by = step === undefined ? 1 : Number(/^\d{1,3}$/.test(step) ? step : 0);
  if (by < 1 || by > field.most) throw wrong(item, field);
  if (span === '*' && step !== undefined) return range(field.least, field.most, by);
  const [first = '', last, ...ends] = span.split('-');
  if (ends.length > 0) throw wrong(item, field);
  const from = numberFor(first, field);
  // A number with a step counts on from there to the end.
  const to = last !== undefined ? numberFor(last, field) : step === undefined ? from : field.most;
  if (to >= from) return range(from, to, by);
  // 20-2 goes on over midnight, SAT-SUN over the end of the week; years do not start again.
  if (field === YEAR) throw wrong(item, field);
  const length = field.most - field.least + 1;
  return range(from, to + length, by).map((value) => (value > field.most ? value - length : value));
}

function numberFor(text: string, field: Field): number {
  const named = field.names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named >= 0 ? named + field.least : Number(/^\d{1,4}$/.test(text) ? text : Number.NaN);
  if (value >= field.least && value <= field.most) return value;
  throw wrong(text, field);
}

function wrong(item: string, { what, least, most, names, steps }: Field): InvalidCron {
  const named = names === undefined ? '' : ` or ${names[0]} to ${names.at(-1)}`;
  return new InvalidCron(
    `"${item}" cannot stand for ${what}: it takes ${least} to ${most}${named}, joined by , -${steps ? ' /' : ''}`,
  );
}

function range(from: number, to: number, by: number): number[] {
  return Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, index) => from + index * by);
}
