/** What a clock on the wall shows in a time zone, and when it shows it. */

/** The time that a wall clock shows, written as if it were UTC: milliseconds since the epoch. */
export type WallTime = number;

const DAY_MS = 86_400_000;

/**
 * A name of the IANA time zone database, as `Europe/Zurich`. An offset such as `+02:00` is not one, nor is a name in other
 * capitals.
 */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Z][\w+\-/]{0,49}$/.test(name)) return false;
  try {
    const canonical = new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
    return canonical === name || canonical.toLowerCase() !== name.toLowerCase();
  } catch {
    return false;
  }
}

/** What the wall clock of the zone shows at an instant, in whole seconds. */
export function wallTimeAt(instant: number, zone: string): WallTime {
  if (zone === 'UTC') return Math.floor(instant / 1000) * 1000;
  const parts: Record<string, number> = {};
  for (const { type, value } of formatterOf(zone).formatToParts(instant)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/**
 * The first instant at which the wall clock of the zone shows the time: where clocks are set back, before the shift.
 * Undefined where clocks are set forward over it, since it is never shown.
 */
export function firstInstantOf(wall: WallTime, zone: string): number | undefined {
  // The offsets around it are those that hold before and after a shift nearby.
  const offsets = [wall - DAY_MS, wall, wall + DAY_MS].map((near) => wallTimeAt(near, zone) - near);
  const instants = offsets.map((offset) => wall - offset).filter((instant) => wallTimeAt(instant, zone) === wall);
  return instants.length === 0 ? undefined : Math.min(...instants);
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formatters.set(zone, made);
  return made;
}
