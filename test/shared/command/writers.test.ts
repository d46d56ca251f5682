/** Many writers get it right in memory, in every order and with answers lost, late and refused. */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { KitError } from '#shared/event/index.ts';
import { createInMemoryEventStore, createInMemoryTable } from '#shared/event-store/index.ts';
import { watched } from '../../support/machine.ts';
import { holds } from '../../support/property.ts';
import { tillEvents } from '../../support/till.ts';
import { checkHistory } from './simulation/check-history.ts';
import { faultsOf, inTurn, plans } from './simulation/plan.ts';
import { simulate, whenItsTurnComes } from './simulation/simulate.ts';

type Fault = 'unreachable' | 'lost' | 'late' | 'conflict' | 'late-after-conflict';

const FAULTS: readonly Fault[] = ['unreachable', 'lost', 'late', 'conflict', 'late-after-conflict'];

const unavailable = () => new KitError('store-unavailable', 'on purpose', { retryable: true });

describe('Many writers on the in-memory store', () => {
  it('get answers that fit one order of all commands', async () => {
    const property = fc.asyncProperty(fc.scheduler(), plans, faultsOf(FAULTS), async (scheduler, plan, faults) => {
      const table = createInMemoryTable();
      const store = createInMemoryEventStore({ events: tillEvents, table });
      const next = inTurn(faults);
      const faulty = watched(store, async (call, proceed) => {
        const isWrite = call === 'append' || call === 'appendAll';
        switch (next(isWrite ? 'write' : 'read')) {
          case undefined:
            return proceed();
          case 'unreachable':
            throw unavailable();
          case 'lost':
            await proceed();
            throw unavailable();
          case 'late':
            void scheduler.schedule(whenItsTurnComes(proceed), `late ${call}`);
            throw unavailable();
          case 'conflict':
            return isWrite ? { kind: 'conflict' } : proceed();
          case 'late-after-conflict':
            if (!isWrite) return proceed();
            void scheduler.schedule(whenItsTurnComes(proceed), `late ${call}`);
            return { kind: 'conflict', mayArrive: true };
        }
      });
      await checkHistory(await simulate(scheduler, plan, () => faulty.store), store);
    });
    await holds(property, 300);
  });
});
