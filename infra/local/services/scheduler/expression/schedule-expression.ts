/** The three forms of a schedule expression: `rate(...)`, `cron(...)` and `at(...)`. */
import { cronTimes, type TimesAfter } from './cron-times.ts';
import { firstInstantOf } from './zoned-time.ts';

export type ScheduleExpression =
  | { readonly kind: 'rate'; readonly intervalMs: number }
  | { readonly kind: 'cron'; readonly timesAfter: TimesAfter }
  /** `undefined` where clocks are set forward over the time: it never comes. */
  | { readonly kind: 'at'; readonly time: number | undefined };

/** An expression that is none; the message says why in a way that helps, not in AWS's words. */
export class InvalidExpression extends Error {}

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
const RATE = /^rate\((\d{1,9}) (minute|hour|day)(s?)\)$/;
const AT = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/;
const CRON = /^cron\((.*)\)$/;

/**
 * Reads an expression; cron and at mean the wall clock of the zone, a day of a rate has 24 hours. Throws
 * {@link InvalidExpression}, also for a rate such as `rate(1 minutes)` where `exactUnits` asks for the right number.
 */
export function readExpression(
  text: string,
  { zone = 'UTC', exactUnits = false }: { readonly zone?: string; readonly exactUnits?: boolean } = {},
): ScheduleExpression {
  const fields = CRON.exec(text)?.[1];
  if (fields !== undefined) return { kind: 'cron', timesAfter: checked(() => cronTimes(fields, zone)) };
  const wall = AT.exec(text)?.[1];
  if (wall !== undefined) return { kind: 'at', time: firstInstantOf(wallTimeOf(wall), zone) };
  const [, digits, unit, plural] = RATE.exec(text) ?? [];
  const count = Number(digits);
  if ((unit !== 'minute' && unit !== 'hour' && unit !== 'day') || count < 1) {
    throw new InvalidExpression('write rate(5 minutes), cron(0 9 * * ? *) or at(2026-01-31T09:00:00)');
  }
  if (exactUnits && (count === 1) !== (plural === '')) {
    throw new InvalidExpression('write rate(1 minute) or rate(5 minutes)');
  }
  return { kind: 'rate', intervalMs: count * UNIT_MS[unit] };
}

function wallTimeOf(text: string): number {
  const wall = Date.parse(`${text}Z`);
  // The 31st of a short month is read as the first of the next.
  if (Number.isNaN(wall) || !new Date(wall).toISOString().startsWith(text)) {
    throw new InvalidExpression(`there is no ${text}`);
  }
  return wall;
}

function checked<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new InvalidExpression(error instanceof Error ? error.message : String(error));
  }
}
