/** A stream that forgets on purpose that a batch was handled: its function gets the batch again, and the second answer counts. */
import type { Faults } from '../../../engine/chaos/faults.ts';
import type { LocalFunction } from '../lambda-function.ts';

/** Nothing is left out, and nothing comes in another order. */
export function chaoticBatches(target: LocalFunction, stream: string, faults: Faults): LocalFunction {
  return {
    ...target,
    async invoke(event) {
      const result = await target.invoke(event);
      return faults.strikes('duplicate', `stream of ${stream}`) ? target.invoke(event) : result;
    },
  };
}
