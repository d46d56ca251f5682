/** Rules fire when their expression says, for as long as they run. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../../../../infra/local/engine/local-clock.ts';
import { createEventBus } from '../../../../../infra/local/services/eventbridge/event-bus.ts';
import {
  InvalidRuleSchedule,
  ruleTimes,
  startRuleSchedule,
} from '../../../../../infra/local/services/eventbridge/rule-schedule.ts';
import { manualClock, recordedLog, rule, target } from './bus-fixtures.ts';

afterEach(() => vi.useRealTimers());

describe('a rate', () => {
  it.each([
    ['rate(1 minute)', 60_000],
    ['rate(5 minutes)', 300_000],
    ['rate(1 hour)', 3_600_000],
    ['rate(12 hours)', 43_200_000],
    ['rate(1 day)', 86_400_000],
    ['rate(365 days)', 31_536_000_000],
  ])('%s fires every %d milliseconds from its start', (expression, interval) => {
    const start = 1_700_000_000_123;
    const times = ruleTimes(expression, start);
    expect([times(start), times(start + interval - 1), times(start + interval)]).toEqual([
      start + interval,
      start + interval,
      start + 2 * interval,
    ]);
  });
});

describe('an expression', () => {
  it.each([
    'rate(0 minutes)',
    'rate(1 minutes)',
    'rate(5 minute)',
    'rate(5 seconds)',
    'rate(-1 minute)',
    'rate(1.5 hours)',
    'rate( 5 minutes)',
    'rate(5minutes)',
    'Rate(5 minutes)',
    'at(2026-01-01T00:00:00)',
    'cron(0 9 * * * *)',
    'cron(0 9 * * ?)',
    '',
  ])('"%s" is refused as EventBridge refuses it', (expression) => {
    expect(() => ruleTimes(expression, 0)).toThrow(InvalidRuleSchedule);
    expect(() => ruleTimes(expression, 0)).toThrow(/^Parameter ScheduleExpression is not valid\.$/);
  });
});

describe('a rule with a cron expression', () => {
  it('fires in UTC, as an event of the rule, and says when it does next', async () => {
    const time = manualClock('2026-03-27T10:00:00.000Z');
    const next: (string | undefined)[] = [];
    const seen = target('t');
    const bus = createEventBus(
      { name: 'default', arn: 'arn:aws:events:eu-west-1:000000000000:event-bus/default' },
      () => {},
      time.clock,
      () => 0.5,
      (_, name, at) => void next.push(`${name} ${typeof at === 'number' ? new Date(at).toISOString() : at}`),
    );
    bus.putRule(rule('nightly', [seen], { pattern: undefined, schedule: 'cron(30 2 ? * SAT-SUN *)' }));
    await time.advance(3 * 86_400_000);
    await bus.stop();
    expect(seen.received.map((text) => JSON.parse(text))).toMatchObject([
      { time: '2026-03-28T02:30:00Z', source: 'aws.events', resources: ['arn:rule/nightly'], detail: {} },
      { time: '2026-03-29T02:30:00Z' },
    ]);
    expect(next).toEqual([
      'nightly 2026-03-28T02:30:00.000Z',
      'nightly 2026-03-29T02:30:00.000Z',
      'nightly 2026-04-04T02:30:00.000Z',
    ]);
  });

  it('does not fire when its years are over, and says so', async () => {
    const time = manualClock('2026-12-31T23:58:30.000Z');
    const { log, lines } = recordedLog();
    const fired: Date[] = [];
    const given = { name: 'once', expression: 'cron(59 23 31 12 ? 2026)', log };
    const running = startRuleSchedule({ ...given, deliver: (at) => fired.push(at) }, time.clock);
    await time.advance(2 * 86_400_000);
    expect(fired).toEqual([new Date('2026-12-31T23:59:00.000Z')]);
    expect(running.live()).toBe(false);
    expect(lines).toEqual(['warn once: cron(59 23 31 12 ? 2026) never comes any more: the rule does not fire']);
    await running.stop();
  });
});

describe('a schedule', () => {
  it('keeps to multiples of its interval and outlives a firing that throws', async () => {
    const time = manualClock('2026-03-01T10:00:00.000Z');
    const { log, lines } = recordedLog();
    const fired: string[] = [];
    const running = startRuleSchedule(
      {
        name: 'tick',
        expression: 'rate(1 minute)',
        log,
        deliver: (at) => {
          fired.push(at.toISOString());
          if (fired.length === 1) throw new Error('no target');
        },
      },
      time.clock,
    );
    await time.advance(180_000);
    expect(fired).toEqual(['2026-03-01T10:01:00.000Z', '2026-03-01T10:02:00.000Z', '2026-03-01T10:03:00.000Z']);
    expect(lines).toEqual(['error tick: scheduled firing failed: no target']);
    expect(running.live()).toBe(true);
    await running.stop();
    expect(running.live()).toBe(false);
    await time.advance(180_000);
    expect(fired).toHaveLength(3);
  });

  it('longer than a timer can run does not fire early', async () => {
    vi.useFakeTimers();
    const fired: Date[] = [];
    const running = startRuleSchedule(
      { name: 'monthly', expression: 'rate(30 days)', log: () => {}, deliver: (at) => fired.push(at) },
      systemClock,
    );
    await vi.advanceTimersByTimeAsync(30 * 86_400_000 - 1);
    expect(fired).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(fired).toHaveLength(1);
    await running.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});
