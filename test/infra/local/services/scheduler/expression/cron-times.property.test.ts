/** A cron expression is due at just the minutes that a look at every minute finds. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cronTimes } from '../../../../../../infra/local/services/scheduler/expression/cron-times.ts';
import { holds } from '../../../../../support/property.ts';
import { naiveTimes } from './naive-cron.ts';

const DAY_MS = 86_400_000;

function due(fields: string, zone: string, from: number, to: number): number[] {
  const next = cronTimes(fields, zone);
  const found: number[] = [];
  for (let time = next(from - 1); time !== undefined && time < to; time = next(time)) found.push(time);
  return found;
}

function list(least: number, most: number): fc.Arbitrary<string> {
  const value = fc.integer({ min: least, max: most });
  const span = fc.tuple(value, value).map(([from, to]) => `${from}-${to}`);
  const step = fc.integer({ min: 1, max: Math.min(most, 40) });
  const item = fc.oneof(
    value.map(String),
    span,
    fc.tuple(fc.oneof(value.map(String), span, fc.constant('*')), step).map(([of, by]) => `${of}/${by}`),
  );
  return fc.oneof(
    fc.constant('*'),
    fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => items.join(',')),
  );
}

const dayFields = fc.oneof(
  fc
    .oneof(
      list(1, 31),
      fc.constantFrom('L', 'LW'),
      fc.integer({ min: 1, max: 31 }).map((day) => `${day}W`),
    )
    .map((day) => [day, '?'] as const),
  fc
    .oneof(
      fc.constantFrom('*', 'L', 'MON-FRI', 'SAT-SUN', 'TUE,6', '2-4'),
      fc.integer({ min: 1, max: 7 }).map((day) => `${day}L`),
      fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 5 })).map(([day, nth]) => `${day}#${nth}`),
    )
    .map((weekday) => ['?', weekday] as const),
);

const fields = fc
  .tuple(
    list(0, 59),
    list(0, 23),
    dayFields,
    fc.oneof(list(1, 12), fc.constantFrom('MAR', 'OCT-MAR', 'APR,SEP')),
    fc.constantFrom('*', '2024-2028', '2026', '2020/2', '1999'),
  )
  .map(([minute, hour, [day, weekday], month, year]) => `${minute} ${hour} ${day} ${month} ${weekday} ${year}`);

/** Around shifts of the clock, and any other days; Lord Howe shifts by half an hour, Santiago at midnight. */
const places = fc.oneof(
  fc.record({
    zone: fc.constant('UTC'),
    from: fc.constantFrom(0, 58, 59, 360, 424, 425, 1154, 1520, 1885, 2974).map((day) => Date.UTC(2023, 0, 1 + day)),
  }),
  fc.constantFrom(
    { zone: 'Europe/Zurich', from: Date.UTC(2026, 2, 28) },
    { zone: 'Europe/Zurich', from: Date.UTC(2026, 9, 24) },
    { zone: 'America/New_York', from: Date.UTC(2026, 2, 7) },
    { zone: 'America/New_York', from: Date.UTC(2026, 9, 31) },
    { zone: 'Australia/Lord_Howe', from: Date.UTC(2026, 3, 4) },
    { zone: 'Australia/Lord_Howe', from: Date.UTC(2026, 9, 3) },
    { zone: 'America/Santiago', from: Date.UTC(2026, 8, 5) },
    { zone: 'America/Santiago', from: Date.UTC(2026, 3, 4) },
    { zone: 'Asia/Kolkata', from: Date.UTC(2026, 1, 27) },
  ),
);

describe('The times of a cron expression', () => {
  it('are those that a look at every minute finds, through shifts of the clock', async () => {
    await holds(
      fc.asyncProperty(fields, places, async (expression, { zone, from }) => {
        const to = from + 2 * DAY_MS;
        expect(due(expression, zone, from, to)).toEqual(naiveTimes(expression, zone, from, to));
      }),
      40,
    );
  });

  it('are the same from wherever the look starts, also between two showings of the same time', async () => {
    const from = Date.UTC(2026, 9, 24, 22);
    await holds(
      fc.asyncProperty(
        list(0, 59),
        fc.constantFrom('2', '1-3', '0-4/2', '2,3'),
        fc.integer({ min: 0, max: 360 }),
        async (minute, hour, start) => {
          const expression = `${minute} ${hour} * * ? *`;
          const later = from + start * 60_000 + 30_000;
          expect(due(expression, 'Europe/Zurich', later, from + DAY_MS)).toEqual(
            due(expression, 'Europe/Zurich', from, from + DAY_MS).filter((time) => time >= later),
          );
        },
      ),
      40,
    );
  });

  it.each<[string, string, string, string[]]>([
    ['over a gap', '30 2 * * ? *', '2026-03-28T00:00:00Z', ['2026-03-28T01:30:00.000Z', '2026-03-30T00:30:00.000Z']],
    ['in an overlap', '30 2 * * ? *', '2026-10-25T00:00:00Z', ['2026-10-25T00:30:00.000Z', '2026-10-26T01:30:00.000Z']],
    [
      'every half hour of an overlap',
      '*/30 * * * ? *',
      '2026-10-25T00:29:00Z',
      ['2026-10-25T00:30:00.000Z', '2026-10-25T02:00:00.000Z'],
    ],
    ['on the last day of a week', '0 9 ? * L *', '2026-01-01T00:00:00Z', ['2026-01-03T08:00:00.000Z']],
    [
      'on leap days only',
      '0 0 29 2 ? *',
      '2026-01-01T00:00:00Z',
      ['2028-02-28T23:00:00.000Z', '2032-02-28T23:00:00.000Z'],
    ],
    ['next to the first', '0 9 1W 8 ? *', '2026-01-01T00:00:00Z', ['2026-08-03T07:00:00.000Z']],
  ])('in Zurich come %s', (_, expression, from, expected) => {
    const next = cronTimes(expression, 'Europe/Zurich');
    let time: number | undefined = Date.parse(from);
    const found = expected.map(() => {
      time = next(time ?? Number.NaN);
      return time === undefined ? 'none' : new Date(time).toISOString();
    });
    expect(found).toEqual(expected);
  });

  it.each(['0 0 30 2 ? *', '0 0 1 1 ? 1999', '0 0 31W 4 ? *'])('%s are none', (expression) => {
    expect(cronTimes(expression, 'UTC')(Date.UTC(2026, 0, 1))).toBeUndefined();
  });
});
