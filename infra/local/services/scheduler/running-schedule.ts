/** A schedule that runs: it waits for each time it is due and has it delivered. */
import { type Clock, wait } from '../../engine/local-clock.ts';
import type { Schedule } from './schedule-properties.ts';
import { scheduleTimes } from './schedule-times.ts';

const MINUTE_MS = 60_000;

export type RunningSchedule = {
  readonly schedule: Schedule;
  /** The rhythm of a rate without a StartDate counts from here. */
  readonly startedAt: number;
  /** Runs that were due before are not made up for. */
  readonly from: number;
  readonly clock: Clock;
  /** At least 0, below 1. */
  readonly random: () => number;
  /** Never rejects; `signal` ends it early. */
  readonly deliver: (scheduledAt: number) => Promise<void>;
  /** Told the next time it is due, undefined when there is none any more. */
  readonly tellNext: (time: number | undefined) => void;
  /** Told once the last of its runs, if it had any, has been delivered or given up. */
  readonly completed: () => void;
  /** Told instead when it never had one. */
  readonly neverDue: () => void;
  /** Ends what waits for its time; deliveries that have begun go on. */
  readonly signal: AbortSignal;
};

/**
 * Never early; up to a whole window late where the window is flexible. Several runs may be under way at once. Times that a
 * suspended machine slept through are one run, late, instead of many.
 */
export async function runSchedule(running: RunningSchedule): Promise<void> {
  const { schedule, clock, signal, tellNext, completed, neverDue } = running;
  const times = scheduleTimes(schedule, running.startedAt);
  const underWay = new Set<Promise<void>>();
  let after = running.from - 1;
  let runs = 0;
  for (;;) {
    const due = times(after);
    tellNext(due);
    if (due === undefined) break;
    await wait(due - clock.now(), signal, clock);
    if (signal.aborted) return;
    const delivered = deliverInWindow(running, due).finally(() => underWay.delete(delivered));
    underWay.add(delivered);
    runs += 1;
    after = Math.max(due, clock.now());
  }
  if (runs === 0) return neverDue();
  await Promise.all(underWay);
  if (!signal.aborted) completed();
}

async function deliverInWindow(
  { schedule: { FlexibleTimeWindow: window }, clock, random, deliver, signal }: RunningSchedule,
  due: number,
): Promise<void> {
  if (window.Mode === 'FLEXIBLE') {
    const windowMs = (window.MaximumWindowInMinutes ?? 0) * MINUTE_MS;
    await wait(due + random() * windowMs - clock.now(), signal, clock);
    if (signal.aborted) return;
  }
  await deliver(due);
}
