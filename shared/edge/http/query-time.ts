/** The time that a query is asked for, on one of a stream's two clocks: never later than now. */
import * as z from 'zod/mini';
import { type Checked, check } from '#shared/aggregate/index.ts';
import type { QueryRoute } from '#shared/catalog/index.ts';

/** The parameter of the query string that names the time: `as-at` when it was recorded, `as-of` when it counts. */
export type TimeParameter = 'as-at' | 'as-of';

/** Nothing when the query takes none: it is a parameter like any other then. */
export function timeParameter(route: QueryRoute): TimeParameter | undefined {
  if (route.kind === 'projection') return route.query.asAt ? 'as-at' : undefined;
  return route.query.asOf ? 'as-of' : undefined;
}

/** In the form in which the log has times, ISO 8601 UTC with milliseconds, or dates. */
export function checkTime(
  name: TimeParameter | undefined,
  text: string | undefined,
  now: Date,
): Checked<{ readonly asAt?: string; readonly asOf?: string }> {
  if (name === undefined || text === undefined) return { value: {} };
  const checked = check(z.object({ [name]: name === 'as-at' ? time : date }), { [name]: text });
  if ('faults' in checked) return checked;
  const asked = checked.value[name] ?? '';
  const latest = now.toISOString().slice(0, asked.length);
  // What was just recorded may have its time from a machine whose clock is ahead.
  const ahead = name === 'as-at' ? new Date(now.getTime() + CLOCKS_DIFFER_MS).toISOString() : latest;
  if (asked > ahead) {
    return { faults: [{ path: name, code: 'in-the-future', message: `It is ${latest} now; nobody knows later.` }] };
  }
  return { value: name === 'as-at' ? { asAt: asked } : { asOf: asked } };
}

const CLOCKS_DIFFER_MS = 5_000;

const time = z.pipe(
  z.iso.datetime('Use a time in UTC, like 2026-11-20T12:11:04.123Z.'),
  z.transform((text: string) => new Date(text).toISOString()),
);
const date = z.iso.date('Use a date, like 2026-11-20.');
