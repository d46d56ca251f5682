/**
 * Faults on purpose. Every place where a service may fail asks here; whether it does follows from the seed, the fault, the
 * place and how often that place has asked, so what other places do changes nothing.
 */
import { createHash } from 'node:crypto';

export const FAULTS = {
  duplicate: 'streams, the bus, queues and schedules deliver again',
  reorder: 'the bus and queues deliver up to a second late, so that others come first',
  drop: 'the bus loses an event on its way to a target; requests to DynamoDB, or their answers, get lost',
  crash: 'functions end before, in the middle of, or after their work',
  throttle: 'DynamoDB refuses a request because of the load',
  conflict: 'DynamoDB refuses a write because a transaction is under way on its item',
  'bus-outage': 'PutEvents fails for a second, in whole or in part, done or not',
} as const;

export type Fault = keyof typeof FAULTS;

export type Faults = {
  /** Whether the fault strikes this time at a place, such as a queue or a function. */
  strikes(fault: Fault, place: string): boolean;
  /** At least 0 and below 1: how it strikes there, or for how long. */
  chance(place: string): number;
};

/** Nothing fails on purpose. */
export const NO_FAULTS: Faults = { strikes: () => false, chance: () => 0 };

export type ChaosSettings = {
  readonly seed: number;
  /** From 0 to 1; a fault that is not named never strikes. */
  readonly probabilities: Readonly<Partial<Record<Fault, number>>>;
};

export type Chaos = Faults & {
  /** From here on nothing strikes any more; what has struck takes its course. */
  stop(): void;
  /** How often each fault has struck. */
  injected(): Readonly<Partial<Record<Fault, number>>>;
};

export function createChaos({ seed, probabilities }: ChaosSettings): Chaos {
  const asked = new Map<string, number>();
  const injected: Partial<Record<Fault, number>> = {};
  let stopped = false;

  function next(what: string): number {
    const count = asked.get(what) ?? 0;
    asked.set(what, count + 1);
    const digest = createHash('sha256').update(`${seed} ${what} ${count}`).digest();
    return digest.readUIntBE(0, 6) / 2 ** 48;
  }

  return {
    strikes(fault, place) {
      const probability = probabilities[fault] ?? 0;
      if (stopped || probability === 0 || next(`${fault} ${place}`) >= probability) return false;
      injected[fault] = (injected[fault] ?? 0) + 1;
      return true;
    },
    chance: (place) => next(`how ${place}`),
    stop() {
      stopped = true;
    },
    injected: () => ({ ...injected }),
  };
}
