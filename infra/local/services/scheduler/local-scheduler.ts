/** The schedules of a run, in memory. */
import { type Faults, NO_FAULTS } from '../../engine/chaos/faults.ts';
import { type Clock, systemClock } from '../../engine/local-clock.ts';
import type { TellNextRun } from '../../engine/next-runs.ts';
import { arn } from '../../engine/place.ts';
import { chaoticRuns } from './chaotic-schedule.ts';
import { deliverRun } from './run-delivery.ts';
import { runSchedule } from './running-schedule.ts';
import { byArn, createScheduleGroups, isIn, type ScheduleGroups, type Where } from './schedule-groups.ts';
import type { Schedule } from './schedule-properties.ts';
import { SchedulerError } from './scheduler-error.ts';
import { type Surroundings, targetCall } from './target-call.ts';

export type StoredSchedule = {
  readonly schedule: Schedule;
  readonly arn: string;
  readonly createdAt: number;
  readonly modifiedAt: number;
};

export type LocalScheduler = {
  /** The same again with the same token changes nothing and answers the same. Throws `SchedulerError`, as all others do. */
  create(where: Where, schedule: Schedule, token?: string): StoredSchedule;
  /** Replaces all of it; a rate whose expression and StartDate stay goes on in its rhythm. */
  update(where: Where, schedule: Schedule): StoredSchedule;
  get(where: Where, group: string, name: string): StoredSchedule;
  /** Its waiting runs are cancelled; a delivery that has begun goes on. */
  delete(where: Where, group: string, name: string): void;
  /** In order of their ARNs. */
  schedules(where: Where): readonly StoredSchedule[];
  readonly groups: Omit<ScheduleGroups, 'delete'>;
  /** With its schedules. */
  deleteGroup(where: Where, name: string): void;
  /** Nothing runs, is retried or is dead-lettered any more. */
  stop(): void;
};

export type SchedulerOptions = Surroundings & {
  readonly clock?: Clock | undefined;
  /** At least 0, below 1. */
  readonly random?: () => number;
  readonly tellNext?: TellNextRun;
  readonly faults?: Faults | undefined;
};

type Entry = { stored: StoredSchedule; readonly token: string | undefined; startedAt: number; ending: AbortController };

export function scheduleArn(where: Where, group: string, name: string): string {
  return arn(where, 'scheduler', `schedule/${group}/${name}`);
}

/** Schedules are delivered at least once, each by itself, and end with the run. */
export function createScheduler(options: SchedulerOptions): LocalScheduler {
  const {
    clock = systemClock,
    random = Math.random,
    tellNext = () => {},
    faults = NO_FAULTS,
    directory,
    log,
  } = options;
  const entries = new Map<string, Entry>();
  const groups = createScheduleGroups(clock);
  const stopping = new AbortController();

  function start(entry: Entry): void {
    const { stored, ending, startedAt } = entry;
    const { schedule, arn: scheduleArn } = stored;
    const tell = (time: number | undefined) => tellNext(scheduleArn, labelOf(schedule), time);
    if (schedule.State === 'DISABLED') {
      tell(undefined);
      return;
    }
    const deliver = (scheduledAt: number) =>
      deliverRun({
        scheduleArn,
        target: schedule.Target,
        scheduledAt,
        call: (input) => targetCall(schedule.Target, input, scheduleArn, options),
        queue: (queueArn) => directory.queues.get(queueArn),
        clock,
        random,
        log,
        signal: stopping.signal,
      });
    const completed = () => {
      if (schedule.ActionAfterCompletion === 'DELETE') end(entry);
    };
    void runSchedule({
      schedule,
      startedAt,
      // Read once: a rate would miss its first run if a millisecond had passed since.
      from: stored.modifiedAt,
      clock,
      random,
      deliver: chaoticRuns(deliver, stored.arn, faults),
      tellNext: tell,
      completed,
      neverDue: () => log('warn', scheduleArn, `${schedule.ScheduleExpression} never comes any more: it does not run`),
      signal: ending.signal,
    });
  }

  function end({ stored, ending }: Entry): void {
    ending.abort();
    entries.delete(stored.arn);
    tellNext(stored.arn, labelOf(stored.schedule), 'gone');
  }

  function entryOf(where: Where, group: string, name: string): Entry {
    const entry = entries.get(scheduleArn(where, group, name));
    if (entry === undefined) throw new SchedulerError('ResourceNotFoundException', `Schedule ${name} does not exist.`);
    return entry;
  }

  return {
    create(where, schedule, token) {
      groups.get(where, schedule.GroupName);
      const arn = scheduleArn(where, schedule.GroupName, schedule.Name);
      const existing = entries.get(arn);
      if (existing !== undefined) {
        if (token !== undefined && existing.token === token && same(existing.stored.schedule, schedule)) {
          return existing.stored;
        }
        throw new SchedulerError('ConflictException', `Schedule ${schedule.Name} already exists.`);
      }
      const now = clock.now();
      const stored = { schedule, arn, createdAt: now, modifiedAt: now };
      const entry = { stored, token, startedAt: now, ending: new AbortController() };
      entries.set(arn, entry);
      start(entry);
      return stored;
    },
    update(where, schedule) {
      const entry = entryOf(where, schedule.GroupName, schedule.Name);
      const { schedule: before } = entry.stored;
      const now = clock.now();
      const inRhythm =
        before.ScheduleExpression === schedule.ScheduleExpression && before.StartDate === schedule.StartDate;
      entry.ending.abort();
      entry.ending = new AbortController();
      entry.startedAt = inRhythm ? entry.startedAt : now;
      entry.stored = { ...entry.stored, schedule, modifiedAt: now };
      start(entry);
      return entry.stored;
    },
    get: (where, group, name) => entryOf(where, group, name).stored,
    delete: (where, group, name) => end(entryOf(where, group, name)),
    schedules: (where) =>
      [...entries.values()]
        .map(({ stored }) => stored)
        .filter(isIn(where))
        .sort(byArn),
    groups,
    deleteGroup(where, name) {
      groups.delete(where, name);
      for (const entry of [...entries.values()]) {
        if (entry.stored.arn.startsWith(scheduleArn(where, name, ''))) end(entry);
      }
    },
    stop() {
      stopping.abort();
      for (const { ending } of entries.values()) ending.abort();
    },
  };
}

/** A schedule of another group than the default one is told apart by the group. */
function labelOf({ GroupName, Name }: Schedule): string {
  return GroupName === 'default' ? Name : `${GroupName}/${Name}`;
}

function same(one: Schedule, other: Schedule): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
