/** A clock for tests that stands still until it is moved. */
import type { Clock } from '../../../../infra/local/engine/local-clock.ts';

export type HandClock = Clock & { advance(ms: number): void; readonly waits: number };

export function handClock(start = 1_700_000_000_000): HandClock {
  let time = start;
  const alarms = new Set<{ readonly time: number; readonly run: () => void }>();
  return {
    now: () => time,
    at(when, run) {
      const alarm = { time: when, run };
      alarms.add(alarm);
      return () => alarms.delete(alarm);
    },
    advance(ms) {
      const end = time + ms;
      for (;;) {
        const [next] = [...alarms].filter((alarm) => alarm.time <= end).sort((a, b) => a.time - b.time);
        if (next === undefined) break;
        time = Math.max(time, next.time);
        alarms.delete(next);
        next.run();
      }
      time = end;
    },
    get waits() {
      return alarms.size;
    },
  };
}
