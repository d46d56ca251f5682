/** The process managers of a simulated context: consumers as in a deployment, with schedules that come late, twice or never. */
import type { ContextCatalog } from '#shared/catalog/index.ts';
import type { CommandHandling } from '#shared/command/index.ts';
import { carryOutHere } from '#shared/edge/process/carry-out-here.ts';
import { processConsumer } from '#shared/edge/queue/index.ts';
import {
  type Answer,
  type AnyProcessManager,
  type DeadlineSchedule,
  notCarriedOut,
  type OutgoingCommand,
  type ScheduledDeadline,
} from '#shared/process-manager/index.ts';
import type { QueryTable } from '#shared/projection/index.ts';
import { step } from './faulty-step.ts';
import type { Process, Run } from './simulated-function.ts';
import type { SimulatedQueue } from './simulated-queue.ts';

type ProcessParts = {
  readonly table: QueryTable;
  readonly handling: CommandHandling;
  readonly schedules: SimulatedSchedules;
  readonly comeBackAfter: Parameters<typeof processConsumer>[1]['comeBackAfter'];
};

/** The consumer of a process manager in one process. Commands for the context itself are carried out in it. */
export const simulatedProcessConsumer = (
  process: Process,
  catalog: ContextCatalog,
  processManager: AnyProcessManager,
  { table, handling, schedules, comeBackAfter }: ProcessParts,
) =>
  processConsumer(processManager, {
    table,
    handling,
    clock: process.clock,
    comeBackAfter,
    async send(command: OutgoingCommand): Promise<Answer> {
      const answer = await carryOutHere(handling, catalog, command);
      if (answer.kind === 'impossible') throw notCarriedOut(command, answer.reason);
      return answer;
    },
    schedule: schedules.ofProcess(process),
  });

export type SimulatedSchedules = {
  ofProcess(process: Process): DeadlineSchedule;
  /** Schedules that nobody has cancelled and that are still to come. */
  readonly pending: ReadonlySet<string>;
};

/** The service's precision. */
const MINUTE_MS = 60_000;

/** One-time schedules: never early, up to a minute late, now and then twice, or lost. */
export function simulatedSchedules(run: Run, name: string, queue: () => SimulatedQueue): SimulatedSchedules {
  const { time, draws, note } = run;
  const pending = new Set<string>();

  function set({ stream, version, key, at }: ScheduledDeadline): void {
    if (pending.has(key)) return;
    pending.add(key);
    const wait = Math.max(0, Date.parse(at) - time.now()) + MINUTE_MS * draws.share(`${name} precision`);
    const fault = draws.rare(`${name} delivery`, [
      ['loses', 0.1],
      ['doubles', 0.1],
    ]);
    time.after(wait, () => {
      if (!pending.delete(key)) return;
      note(name, `${fault === undefined ? '' : `FAULT ${fault} `}the deadline ${key} of ${stream}`);
      const body = JSON.stringify({ stream, version, notBefore: new Date(at).toISOString() });
      for (let copy = fault === 'loses' ? 0 : fault === 'doubles' ? 2 : 1; copy > 0; copy -= 1) queue().send(body);
    });
  }

  return {
    pending,
    ofProcess: (process) => ({
      set: (deadline) =>
        step(run, process, {
          what: 'CreateSchedule',
          detail: `${deadline.key} of ${deadline.stream} at ${deadline.at}`,
          perform: () => set(deadline),
          isWrite: true,
        }),
      cancel: ({ key }) =>
        step(run, process, {
          what: 'DeleteSchedule',
          detail: key,
          perform: () => void pending.delete(key),
          isWrite: true,
        }),
    }),
  };
}
