/** What AWS refuses is refused, and what it takes is taken. */
import { describe, expect, it } from 'vitest';
import {
  InvalidExpression,
  readExpression,
} from '../../../../../../infra/local/services/scheduler/expression/schedule-expression.ts';
import { isTimeZone } from '../../../../../../infra/local/services/scheduler/expression/zoned-time.ts';

const cron = (fields: string) => `cron(${fields})`;

describe('An expression', () => {
  it.each([
    ...[
      // The number of fields, and what is around them.
      ...['', 'INVALID', '* * * * ?', '* * * * ? * *', ' 0 9 * * ? *', '0 9 * * ? * ', '0  9 * * ? *', '0,9 * * ? *'],
      // Exactly one of the days is ?.
      ...['0 9 * * * *', '0 1 * * * *', '0 9 ? * ? *', '0 9 1 * MON *', '0 9 L * 6L *', '? 9 * * ? *', '0 ? * * ? *'],
      ...['0 9 * ? ? *', '0 9 * * ? ?'],
      // Numbers out of bounds, or none.
      ...['60 9 * * ? *', '71 8 1 * ? *', '0 24 * * ? *', '0 9 0 * ? *', '0 9 32 * ? *', '0 9 * 0 ? *', '0 9 * 13 ? *'],
      ...['0 9 ? * 0 *', '0 9 ? * 8 *', '0 9 * * ? 1969', '0 9 * * ? 2200', '0 9 * * ? 26', '-1 9 * * ? *'],
      ...[
        '1.5 9 * * ? *',
        '0 dummy ? * MON-FRI *',
        '7 20 ? * NOT *',
        '0 9 * FOO ? *',
        '0 9 * MON ? *',
        '0 9 ? * JAN *',
      ],
      // Lists, ranges and steps that are none.
      ...[
        ', 9 * * ? *',
        '1, 9 * * ? *',
        ',1 9 * * ? *',
        '1-2-3 9 * * ? *',
        '1- 9 * * ? *',
        '-5 9 * * ? *',
        '0 9 * * ? 2030-2026',
      ],
      ...[
        '*/0 9 * * ? *',
        '*/60 9 * * ? *',
        '/5 9 * * ? *',
        '5/ 9 * * ? *',
        '1/2/3 9 * * ? *',
        '*/x 9 * * ? *',
        '*,5 9 * * ? *',
      ],
      ...['*-5 9 * * ? *', '0 */24 * * ? *', '0 9 ? * 2/2 *', '0 9 ? * MON/2 *', '0 9 ? * */2 *'],
      // Special forms where they have no place.
      ...[
        'L 9 * * ? *',
        '0 9 * L ? *',
        '0 9 L,1 * ? *',
        '0 9 L-3 * ? *',
        '0 9 W * ? *',
        '0 9 32W * ? *',
        '0 9 1-5W * ? *',
      ],
      ...['0 9 WL * ? *', '0 9 1W,15W * ? *', '0 9 ? * 6#6 *', '0 9 ? * 6#0 *', '0 9 ? * 8#1 *', '0 9 ? * 3#1,6#3 *'],
      ...[
        '0 9 ? * # *',
        '0 9 ? * 6# *',
        '0 9 ? * LL *',
        '0 9 ? * 0L *',
        '0 9 ? * 2W *',
        '0 9 5#1 * ? *',
        '0 9 H * ? *',
      ],
      ...['@daily', '0 9 * * ? *#', '0 9 15w * ? *', '0 9 l * ? *'],
    ].map(cron),
    ...['rate()', 'rate(10)', 'rate(10 seconds)', 'rate(10 years)', 'rate(10 minutess)', 'rate(foo minutes)'],
    ...[
      'rate(0 minutes)',
      'rate(-10 minutes)',
      'rate(10 MINUTES)',
      'rate( 10 minutes )',
      ' rate(10 minutes)',
      'rate(1e1 days)',
    ],
    ...['at()', 'at(2021-12-31)', 'at(2021-12-31T23:59:59Z)', 'at(2021-12-31T23:59)', 'at(2021-02-30T00:00:00)'],
    ...['at(2021-12-31T24:00:00)', 'at(2021-12-31T23:60:00)', 'at(2021-12-31T23:59:59.5)', 'at(2021-12-31 23:59:59)'],
    ...['', 'cron', 'CRON(0 9 * * ? *)', 'cron(0 9 * * ? *', 'cron(0 9 * * ? *) ', 'every(5 minutes)', '0 9 * * ? *'],
  ])('"%s" is refused', (expression) => {
    expect(() => readExpression(expression)).toThrow(InvalidExpression);
  });

  it.each([
    ...[
      ...[
        '0 10 * * ? *',
        '15 12 * * ? *',
        '0 18 ? * MON-FRI *',
        '0 8 1 * ? *',
        '0/15 * * * ? *',
        '0/10 * ? * MON-FRI *',
      ],
      ...[
        '0/5 8-17 ? * MON-FRI *',
        '0/30 20-2 ? * MON-FRI *',
        '15 10 ? * 6L 2022-2023',
        '0 9 ? * 2#1 *',
        '0 9 3W * ? *',
      ],
      ...['0 9 LW * ? *', '0 9 L * ? *', '0 9 ? * L *', '0 9 ? * SAT-SUN *', '0 9 ? * Sat,Sun *', '00 09 * * ? *'],
      ...['0 9 1-7/2 JAN,JUL ? 2020/4', '*/7 */3 * * ? 1999', '0 9 * NOV-FEB ? *', '5,10-12,30/9 * * * ? *'],
    ].map(cron),
    ...['rate(1 minute)', 'rate(1 minutes)', 'rate(5 minute)', 'rate(12 hours)', 'rate(365 days)'],
    ...['at(2024-02-29T00:00:00)', 'at(2099-12-31T23:59:59)'],
  ])('"%s" is taken', (expression) => {
    expect(readExpression(expression).kind).toBe(expression.slice(0, expression.indexOf('(')));
  });

  it('says which field is wrong and what it may be', () => {
    expect(() => readExpression('cron(0 24 * * ? *)')).toThrow(
      '"24" cannot stand for hours: it takes 0 to 23, joined by , - /',
    );
    expect(() => readExpression('cron(0 9 ? * 2/2 *)')).toThrow(
      '"2/2" cannot stand for day of the week: it takes 1 to 7 or SUN to SAT, joined by , -',
    );
  });

  it('for one time means the clock of its zone: before the shift when it is shown twice, never when it is not shown', () => {
    const at = (time: string) => readExpression(`at(${time})`, { zone: 'Europe/Zurich' });
    expect(at('2026-10-25T02:30:00')).toEqual({ kind: 'at', time: Date.parse('2026-10-25T00:30:00Z') });
    expect(at('2026-03-29T02:30:00')).toEqual({ kind: 'at', time: undefined });
    expect(at('2026-03-29T03:00:00')).toEqual({ kind: 'at', time: Date.parse('2026-03-29T01:00:00Z') });
  });
});

describe('A time zone', () => {
  it.each(['UTC', 'Europe/Zurich', 'America/Argentina/Buenos_Aires', 'Asia/Calcutta', 'Etc/GMT+5'])(
    '%s is one',
    (name) => {
      expect(isTimeZone(name)).toBe(true);
    },
  );

  it.each(['', 'Europe/Nowhere', 'europe/zurich', '+02:00', '+0200', 'Z', 'CEST+1', 'Europe/Zurich '])(
    '"%s" is none',
    (name) => {
      expect(isTimeZone(name)).toBe(false);
    },
  );
});
