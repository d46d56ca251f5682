/** Schedules fire when their expression says, for as long as they run. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../../../../infra/local/engine/local-clock.ts';
import { intervalOf, startSchedule } from '../../../../../infra/local/services/eventbridge/rate-schedule.ts';
import { manualClock, recordedLog } from './bus-fixtures.ts';

afterEach(() => vi.useRealTimers());

describe('a rate', () => {
  it.each([
    ['rate(1 minute)', 60_000],
    ['rate(5 minutes)', 300_000],
    ['rate(1 hour)', 3_600_000],
    ['rate(12 hours)', 43_200_000],
    ['rate(1 day)', 86_400_000],
    ['rate(365 days)', 31_536_000_000],
  ])('%s is %d milliseconds', (expression, expected) => {
    expect(intervalOf(expression, 'tick')).toBe(expected);
  });

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
    '',
  ])('"%s" is refused and its owner named', (expression) => {
    expect(() => intervalOf(expression, 'tick')).toThrow(`tick: schedule expression ${expression} is not valid.`);
  });

  it('is what a cron expression is not, says the error', () => {
    expect(() => intervalOf('cron(0 10 * * ? *)', 'tick')).toThrow(
      'tick: cron(0 10 * * ? *) cannot run locally, only rate(...) can.',
    );
  });
});

describe('a schedule', () => {
  it('keeps to multiples of its interval and outlives a firing that throws', async () => {
    const time = manualClock('2026-03-01T10:00:00.000Z');
    const { log, lines } = recordedLog();
    const fired: string[] = [];
    const running = startSchedule(
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
    const running = startSchedule(
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
