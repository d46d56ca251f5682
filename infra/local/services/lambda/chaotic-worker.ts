/** A worker that ends on purpose: before, in the middle of, or after its work. Whoever invoked it never has its answer. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Faults } from '../../engine/chaos/faults.ts';
import type { FunctionWorker, WorkerResult } from './function-worker.ts';

/** An invocation seldom takes longer; what has ended by then ends after its work. */
const MIDDLE_MS = 40;

const CRASHED: WorkerResult = {
  ok: false,
  reason: 'crash',
  errorType: 'Runtime.ExitError',
  errorMessage: 'The function was ended on purpose.',
};

export function chaoticWorker(worker: FunctionWorker, name: string, faults: Faults): FunctionWorker {
  return {
    ...worker,
    async run(invoked) {
      if (!faults.strikes('crash', name)) return worker.run(invoked);
      const moment = faults.chance(name) * 3;
      if (moment >= 1) {
        const work = worker.run(invoked);
        await (moment < 2 ? Promise.race([work, sleep((moment - 1) * MIDDLE_MS)]) : work);
      }
      await worker.end();
      return CRASHED;
    },
  };
}
