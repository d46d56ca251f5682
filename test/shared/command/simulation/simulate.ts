/** Many writers run against one table, in an order that fast-check chooses. */
import type fc from 'fast-check';
import { type CommandRequest, createStateCache } from '#shared/command/index.ts';
import { isKitError, type StreamId } from '#shared/event/index.ts';
import type { EventStore } from '#shared/event-store/index.ts';
import { someStream } from '../../../support/commits.ts';
import { type Machine, machineOn, watched } from '../../../support/machine.ts';
import { tillAggregate } from '../../../support/till.ts';
import type { Operation } from './operation.ts';
import type { Plan, Step } from './plan.ts';

/** The code of two versions runs at once: each ignores the other's snapshots. */
const AGGREGATES = [tillAggregate(), tillAggregate({ stateRevision: 2 })];

const STREAMS = 2;

/** How often a writer repeats a command that has an id when the store does not answer. */
const REPEATS = 2;

export type Simulated = { readonly streams: readonly StreamId[]; readonly operations: readonly Operation[] };

/**
 * Runs the plan to its end, late arrivals included. Every call of the store is one step of the schedule, and the way back of
 * its answer another one; `storeOf` gives the store of a machine.
 */
export async function simulate(
  scheduler: fc.Scheduler,
  { writers }: Plan,
  storeOf: (machine: number) => EventStore,
): Promise<Simulated> {
  const streams = Array.from({ length: STREAMS }, () => someStream());
  const operations: Operation[] = [];
  let now = 0;

  const machines = AGGREGATES.map((aggregate, index) => {
    const { store } = watched(storeOf(index), async (call, proceed) => {
      const answer = await scheduler.schedule(whenItsTurnComes(proceed), call);
      await scheduler.schedule(Promise.resolve(), `answer of ${call}`);
      return answer;
    });
    return machineOn(store, { aggregate, cache: createStateCache() });
  });

  async function send(machine: Machine, step: Step): Promise<void> {
    const stream = streams[step.stream % STREAMS];
    if (stream === undefined) throw new Error('there are streams');
    for (let tries = 0; tries <= REPEATS; tries += 1) {
      const who = `op-${operations.length}`;
      const operation: Operation = { ...step, stream, who, invokedAt: now++ };
      operations.push(operation);
      try {
        const outcome = await machine.send(stream, step.command, { who, ...given(step) });
        Object.assign(operation, { outcome, answeredAt: now++ });
        return;
      } catch (error) {
        if (!isKitError(error, 'store-unavailable')) throw error;
        if (step.commandId === undefined) return;
      }
    }
  }

  const running = writers.map(async (steps, writer) => {
    const machine = machines[writer % machines.length];
    for (const step of steps) if (machine !== undefined) await send(machine, step);
  });
  await scheduler.waitFor(Promise.all(running));
  await scheduler.waitIdle();
  return { streams, operations };
}

const given = ({ commandId, precondition }: Step): Partial<CommandRequest> => ({
  ...(commandId !== undefined && { commandId }),
  ...(precondition !== undefined && { precondition }),
});

/** Work that is begun when it is awaited: the scheduler awaits what it has chosen. */
export const whenItsTurnComes = <T>(work: () => Promise<T>): Promise<T> =>
  ({
    then: (resolve: (value: T) => void, reject: (error: unknown) => void) => work().then(resolve, reject),
  }) as Promise<T>; // all that is awaited of it
