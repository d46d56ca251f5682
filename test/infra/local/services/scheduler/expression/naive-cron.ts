/** A cron expression looked at minute by minute, with nothing in common with the real evaluator but the meaning. */

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

type Wall = { year: number; month: number; day: number; hour: number; minute: number };

/** Every time in the range whose local minute the fields name, and that no earlier minute showed already. */
export function naiveTimes(fields: string, zone: string, from: number, to: number): number[] {
  return minutesOf(zone, from, to)
    .filter(({ wall }) => matches(fields, wall))
    .map(({ time }) => time);
}

const looked = new Map<string, { time: number; wall: Wall }[]>();

/** Each local minute of the range once, at its first showing. */
function minutesOf(zone: string, from: number, to: number): { time: number; wall: Wall }[] {
  const key = `${zone} ${from} ${to}`;
  const known = looked.get(key);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  const shown = new Set<string>();
  const minutes: { time: number; wall: Wall }[] = [];
  // A few hours earlier, so that what was shown before the range counts too.
  for (let time = from - 4 * 3_600_000; time < to; time += 60_000) {
    const text = format.format(time);
    if (!shown.has(text) && time >= from) minutes.push({ time, wall: wallOf(text) });
    shown.add(text);
  }
  looked.set(key, minutes);
  return minutes;
}

function wallOf(text: string): Wall {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = text.split(/[- :]/).map(Number);
  return { year, month, day, hour, minute };
}

function matches(fields: string, wall: Wall): boolean {
  const [minute = '', hour = '', day = '', month = '', weekday = '', year = ''] = fields.split(' ');
  return (
    inList(minute, wall.minute, 0, 59) &&
    inList(hour, wall.hour, 0, 23) &&
    inList(month, wall.month, 1, 12, MONTHS) &&
    inList(year, wall.year, 1970, 2199) &&
    (day === '?' || isDay(day, wall)) &&
    (weekday === '?' || isWeekday(weekday, wall))
  );
}

function inList(list: string, value: number, least: number, most: number, names: readonly string[] = []): boolean {
  const number = (text: string) => (names.includes(text) ? names.indexOf(text) + least : Number(text));
  return list.split(',').some((item) => {
    const [span = '', step = '1'] = item.split('/');
    const [first = '', last] = span.split('-');
    const start = span === '*' ? least : number(first);
    const end = span === '*' || (last === undefined && item.includes('/')) ? most : number(last ?? first);
    for (let at = start, steps = 0; steps <= most - least; steps += 1) {
      if (steps % Number(step) === 0 && at === value) return true;
      if (at === end) return false;
      at = at === most ? least : at + 1;
    }
    return false;
  });
}

const weekdayOf = ({ year, month }: Wall, day: number) => new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
const lengthOf = ({ year, month }: Wall) => new Date(Date.UTC(year, month, 0)).getUTCDate();

function isDay(day: string, wall: Wall): boolean {
  const length = lengthOf(wall);
  const working = (candidate: number) => ![1, 7].includes(weekdayOf(wall, candidate));
  if (day === 'L') return wall.day === length;
  if (day === 'LW') return wall.day === Array.from({ length }, (_, index) => length - index).find(working);
  if (!day.endsWith('W')) return inList(day, wall.day, 1, 31);
  const wanted = Number(day.slice(0, -1));
  if (wanted > length) return false;
  // Nearest first, and never in another month.
  const near = [0, -1, 1, -2, 2].map((step) => wanted + step).filter((each) => each >= 1 && each <= length);
  return wall.day === near.find(working);
}

function isWeekday(weekday: string, wall: Wall): boolean {
  const today = weekdayOf(wall, wall.day);
  if (weekday === 'L') return today === 7;
  if (weekday.endsWith('L')) return today === Number(weekday[0]) && wall.day + 7 > lengthOf(wall);
  const [day, nth] = weekday.split('#');
  if (nth !== undefined) return today === Number(day) && Math.ceil(wall.day / 7) === Number(nth);
  return inList(weekday, today, 1, 7, DAYS);
}
