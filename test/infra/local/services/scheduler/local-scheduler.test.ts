/** Schedules run when they are due, never early, at least once, for as long as they are there. */
import { describe, expect, it } from 'vitest';
import { createScheduler } from '../../../../../infra/local/services/scheduler/local-scheduler.ts';
import { aSchedule, FUNCTION_ARN, HERE, startedScheduler } from './scheduler-fixture.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const time = (text: string) => Date.parse(text);

describe('A schedule', () => {
  it('for one time runs then, not a millisecond before, and once', async () => {
    const { scheduler, time: clock, sent, next, names } = startedScheduler();
    scheduler.create(HERE, aSchedule({ ScheduleExpression: 'at(2026-03-01T10:30:00)' }));
    await clock.advance(30 * MINUTE - 1);
    expect(sent).toEqual([]);
    expect(next).toEqual({ reminder: '2026-03-01T10:30:00.000Z' });
    await clock.advance(1);
    expect(sent.map(({ at }) => at)).toEqual(['2026-03-01T10:30:00.000Z']);
    await clock.advance(10 * DAY);
    expect(sent).toHaveLength(1);
    expect(next).toEqual({ reminder: null });
    expect(names()).toEqual(['reminder']);
  });

  it('for a time months away waits for it, though a timer does not reach so far', async () => {
    const { scheduler, time: clock, sent } = startedScheduler();
    scheduler.create(HERE, aSchedule({ ScheduleExpression: 'at(2026-06-01T10:00:00)' }));
    await clock.advance(92 * DAY - 1);
    expect(sent).toEqual([]);
    await clock.advance(1);
    expect(sent).toHaveLength(1);
  });

  it('for a time that is over is kept, never runs, and the log says so', async () => {
    const { scheduler, time: clock, sent, lines, names, next } = startedScheduler();
    const over = { ScheduleExpression: 'at(2026-03-01T09:59:59)', ActionAfterCompletion: 'DELETE' } as const;
    scheduler.create(HERE, aSchedule(over));
    await clock.advance(DAY);
    expect([sent, names(), next]).toEqual([[], ['reminder'], { reminder: null }]);
    expect(lines).toEqual([
      'warn arn:aws:scheduler:eu-west-1:000000000000:schedule/default/reminder: at(2026-03-01T09:59:59) never comes any more: it does not run',
    ]);
  });

  it('with a rate runs at once and then at whole intervals', async () => {
    const { scheduler, time: clock, sent } = startedScheduler({ start: '2026-03-01T10:00:00.250Z' });
    scheduler.create(HERE, aSchedule());
    await clock.advance(2 * HOUR);
    expect(sent.map(({ at }) => at)).toEqual([
      '2026-03-01T10:00:00.250Z',
      '2026-03-01T11:00:00.250Z',
      '2026-03-01T12:00:00.250Z',
    ]);
  });

  it('with a rate runs at once, though time passes while it is made', () => {
    let now = time('2026-03-01T10:00:00Z');
    const clock = { now: () => now++, at: () => () => {} };
    const told: unknown[] = [];
    const directory = { functions: new Map(), queues: new Map(), topics: new Map() };
    const tellNext = (_arn: string, _name: string, due: unknown) => void told.push(due);
    const scheduler = createScheduler({ directory, buses: new Map(), log: () => {}, clock, tellNext });
    const { createdAt } = scheduler.create(HERE, aSchedule());
    scheduler.stop();
    expect(told).toEqual([createdAt]);
  });

  it('with a rate, a StartDate and an EndDate runs from the one to the other', async () => {
    const { scheduler, time: clock, sent, next } = startedScheduler();
    const dates = { StartDate: time('2026-03-01T10:20:00Z'), EndDate: time('2026-03-01T12:20:00Z') };
    scheduler.create(HERE, aSchedule(dates));
    await clock.advance(DAY);
    expect(sent.map(({ at }) => at)).toEqual([
      '2026-03-01T10:20:00.000Z',
      '2026-03-01T11:20:00.000Z',
      '2026-03-01T12:20:00.000Z',
    ]);
    expect(next).toEqual({ reminder: null });
  });

  it('with a rate that started before keeps its rhythm', async () => {
    const { scheduler, time: clock, sent } = startedScheduler();
    scheduler.create(HERE, aSchedule({ StartDate: time('2026-02-01T09:45:00Z') }));
    await clock.advance(HOUR);
    expect(sent.map(({ at }) => at)).toEqual(['2026-03-01T10:45:00.000Z']);
  });

  it('with a cron expression keeps the clock of its zone through the shift, within its dates', async () => {
    const { scheduler, time: clock, sent } = startedScheduler({ start: '2026-03-27T07:00:00.000Z' });
    scheduler.create(
      HERE,
      aSchedule({
        ScheduleExpression: 'cron(0 9 * * ? *)',
        ScheduleExpressionTimezone: 'Europe/Zurich',
        StartDate: time('2026-03-28T08:00:00Z'),
        EndDate: time('2026-03-30T06:59:59Z'),
      }),
    );
    await clock.advance(5 * DAY);
    expect(sent.map(({ at }) => at)).toEqual(['2026-03-28T08:00:00.000Z', '2026-03-29T07:00:00.000Z']);
  });

  it('for one time takes no notice of dates', async () => {
    const { scheduler, time: clock, sent } = startedScheduler();
    const dates = { StartDate: time('2026-03-02T00:00:00Z'), EndDate: time('2026-03-03T00:00:00Z') };
    scheduler.create(HERE, aSchedule({ ScheduleExpression: 'at(2026-03-01T11:00:00)', ...dates }));
    await clock.advance(HOUR);
    expect(sent).toHaveLength(1);
  });

  it('that is disabled does not run, and does once it is enabled', async () => {
    const { scheduler, time: clock, sent, next } = startedScheduler({ start: '2026-03-01T10:00:00.500Z' });
    const given = { ScheduleExpression: 'cron(0 * * * ? *)' };
    scheduler.create(HERE, aSchedule({ ...given, State: 'DISABLED' }));
    await clock.advance(2 * HOUR);
    expect([sent, next]).toEqual([[], { reminder: null }]);
    scheduler.update(HERE, aSchedule(given));
    await clock.advance(2 * HOUR);
    expect(sent.map(({ at }) => at)).toEqual(['2026-03-01T13:00:00.000Z', '2026-03-01T14:00:00.000Z']);
  });

  it('does not make up for what a suspended machine slept through, but for one run', async () => {
    const { scheduler, time: clock, sent } = startedScheduler({ start: '2026-03-01T10:00:00.500Z' });
    scheduler.create(HERE, aSchedule({ ScheduleExpression: 'cron(0/5 * * * ? *)' }));
    clock.sleep(HOUR + MINUTE);
    await clock.advance(5 * MINUTE);
    expect(sent.map(({ at }) => at)).toEqual(['2026-03-01T11:01:00.500Z', '2026-03-01T11:05:00.000Z']);
  });
});

describe('A flexible window', () => {
  it.each([
    [0, '2026-03-01T11:00:00.000Z'],
    [0.5, '2026-03-01T11:07:30.000Z'],
    [0.999, '2026-03-01T11:14:59.100Z'],
  ])('of 15 minutes puts a run into it, never before its time (%d)', async (random, at) => {
    const { scheduler, time: clock, sent } = startedScheduler({ random: () => random });
    scheduler.create(
      HERE,
      aSchedule({
        ScheduleExpression: 'at(2026-03-01T11:00:00)',
        FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
        Target: { Input: '<aws.scheduler.scheduled-time>' },
      }),
    );
    await clock.advance(2 * HOUR);
    expect(sent).toEqual([{ at, body: '2026-03-01T11:00:00Z', groupId: undefined }]);
  });

  it('longer than the interval lets runs overtake no interval: each has its own', async () => {
    const { scheduler, time: clock, sent } = startedScheduler({ random: () => 0.75 });
    const window = { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 120 } as const;
    const EndDate = time('2026-03-01T12:00:00Z');
    scheduler.create(HERE, aSchedule({ FlexibleTimeWindow: window, EndDate, ActionAfterCompletion: 'DELETE' }));
    await clock.advance(DAY);
    expect(sent.map(({ at }) => at)).toEqual([
      '2026-03-01T11:30:00.000Z',
      '2026-03-01T12:30:00.000Z',
      '2026-03-01T13:30:00.000Z',
    ]);
  });

  it('does not run what was deleted in it', async () => {
    const { scheduler, time: clock, sent } = startedScheduler();
    const FlexibleTimeWindow = { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 60 } as const;
    scheduler.create(HERE, aSchedule({ ScheduleExpression: 'at(2026-03-01T11:00:00)', FlexibleTimeWindow }));
    await clock.advance(HOUR + MINUTE);
    scheduler.delete(HERE, 'default', 'reminder');
    await clock.advance(HOUR);
    expect(sent).toEqual([]);
  });
});

describe('A schedule that is completed', () => {
  it.each([
    ['at(2026-03-01T11:00:00)', undefined, 1],
    ['rate(1 hour)', '2026-03-01T12:30:00Z', 3],
    ['cron(0 12 * * ? *)', '2026-03-03T00:00:00Z', 2],
  ])('%s is deleted after its last run where it asks for it', async (ScheduleExpression, end, runs) => {
    const { scheduler, time: clock, sent, names, next } = startedScheduler();
    const EndDate = end === undefined ? undefined : time(end);
    scheduler.create(HERE, aSchedule({ ScheduleExpression, EndDate, ActionAfterCompletion: 'DELETE' }));
    await clock.advance(3 * DAY);
    expect([sent.length, names(), next]).toEqual([runs, [], {}]);
  });

  it('is not deleted before its last run has been delivered or given up', async () => {
    const {
      scheduler,
      time: clock,
      names,
      deadLetters,
    } = startedScheduler({
      accept: async () => {
        throw new Error('never');
      },
    });
    const RetryPolicy = { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 3600 };
    const Target = { Arn: FUNCTION_ARN, RetryPolicy };
    const once = { ScheduleExpression: 'at(2026-03-01T11:00:00)', ActionAfterCompletion: 'DELETE' } as const;
    scheduler.create(HERE, aSchedule({ ...once, Target }));
    // The first try has failed, the second is to come.
    await clock.advance(HOUR + 500);
    expect(names()).toEqual(['reminder']);
    await clock.advance(HOUR);
    expect(names()).toEqual([]);
    expect(await deadLetters()).toEqual([]);
  });

  it('is not deleted when it was changed, or made anew, while its last run was still being delivered', async () => {
    const {
      scheduler,
      time: clock,
      names,
    } = startedScheduler({
      accept: async () => {
        throw new Error('never');
      },
    });
    const RetryPolicy = { MaximumRetryAttempts: 2 };
    const once = (Name: string, at: string) =>
      aSchedule({
        Name,
        ScheduleExpression: `at(2026-03-01T${at}:00)`,
        ActionAfterCompletion: 'DELETE',
        Target: { Arn: FUNCTION_ARN, RetryPolicy },
      });
    for (const name of ['changed', 'anew']) scheduler.create(HERE, once(name, '11:00'));
    await clock.advance(HOUR + 500);
    scheduler.update(HERE, once('changed', '13:00'));
    scheduler.delete(HERE, 'default', 'anew');
    scheduler.create(HERE, once('anew', '13:00'));
    await clock.advance(HOUR);
    expect(names()).toEqual(['anew', 'changed']);
    await clock.advance(2 * HOUR);
    expect(names()).toEqual([]);
  });

  it('can be made again under its name', async () => {
    const { scheduler, time: clock, sent } = startedScheduler();
    const once = (at: string) =>
      aSchedule({ ScheduleExpression: `at(2026-03-01T${at}:00)`, ActionAfterCompletion: 'DELETE' });
    scheduler.create(HERE, once('11:00'));
    await clock.advance(HOUR);
    scheduler.create(HERE, once('12:00'));
    await clock.advance(HOUR);
    expect(sent.map(({ at }) => at)).toEqual(['2026-03-01T11:00:00.000Z', '2026-03-01T12:00:00.000Z']);
  });
});

describe('A change', () => {
  it('replaces all of a schedule, and what was due before is not any more', async () => {
    const { scheduler, time: clock, sent } = startedScheduler();
    scheduler.create(HERE, aSchedule({ ScheduleExpression: 'at(2026-03-01T11:00:00)', Target: { Input: 'first' } }));
    scheduler.update(HERE, aSchedule({ ScheduleExpression: 'at(2026-03-01T12:00:00)', Target: { Input: 'second' } }));
    await clock.advance(DAY);
    expect(sent).toEqual([{ at: '2026-03-01T12:00:00.000Z', body: 'second', groupId: undefined }]);
  });

  it('that leaves a rate as it was leaves its rhythm, too', async () => {
    const { scheduler, time: clock, sent } = startedScheduler();
    scheduler.create(HERE, aSchedule({ Target: { Input: 'first' } }));
    await clock.advance(HOUR / 2);
    scheduler.update(HERE, aSchedule({ Target: { Input: 'second' } }));
    await clock.advance(HOUR);
    expect(sent.map(({ at, body }) => [at, body])).toEqual([
      ['2026-03-01T10:00:00.000Z', 'first'],
      ['2026-03-01T11:00:00.000Z', 'second'],
    ]);
  });

  it('of what was made with a token is a conflict when it is made again, and the very same is not', () => {
    const { scheduler } = startedScheduler();
    const first = scheduler.create(HERE, aSchedule(), 'token');
    expect(scheduler.create(HERE, aSchedule(), 'token')).toEqual(first);
    for (const [other, token] of [
      [aSchedule(), 'another'],
      [aSchedule(), undefined],
      [aSchedule({ State: 'DISABLED' }), 'token'],
    ] as const) {
      expect(() => scheduler.create(HERE, other, token)).toThrow('Schedule reminder already exists.');
    }
    const plain = aSchedule({ Name: 'plain' });
    scheduler.create(HERE, plain);
    expect(() => scheduler.create(HERE, plain)).toThrow('Schedule plain already exists.');
  });

  it('of a group takes its schedules with it, and no other', async () => {
    const { scheduler, time: clock, sent, names, next } = startedScheduler();
    for (const group of ['night', 'night-2']) scheduler.groups.create(HERE, group);
    for (const [GroupName, Name] of [
      ['default', 'a'],
      ['night', 'b'],
      ['night', 'c'],
      ['night-2', 'd'],
    ] as const) {
      const once = { ScheduleExpression: 'at(2026-03-01T11:00:00)', Target: { Input: Name } };
      scheduler.create(HERE, aSchedule({ ...once, GroupName, Name }));
    }
    scheduler.deleteGroup(HERE, 'night');
    expect(names()).toEqual(['a', 'd']);
    expect(Object.keys(next)).toEqual(['a', 'night-2/d']);
    await clock.advance(HOUR);
    expect(sent.map(({ body }) => body)).toEqual(['a', 'd']);
  });

  it('ends with the run: nothing is sent any more', async () => {
    const { scheduler, time: clock, sent } = startedScheduler();
    scheduler.create(HERE, aSchedule({ ScheduleExpression: 'cron(0 * * * ? *)' }));
    scheduler.stop();
    await clock.advance(DAY);
    expect(sent).toEqual([]);
  });
});
