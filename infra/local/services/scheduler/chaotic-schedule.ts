/** A schedule on a bad day: a run reaches its target twice, as at least once allows. */
import type { Faults } from '../../engine/chaos/faults.ts';

type Deliver = (scheduledAt: number) => Promise<void>;

export function chaoticRuns(deliver: Deliver, schedule: string, faults: Faults): Deliver {
  return async (scheduledAt) => {
    await deliver(scheduledAt);
    if (faults.strikes('duplicate', schedule)) await deliver(scheduledAt);
  };
}
