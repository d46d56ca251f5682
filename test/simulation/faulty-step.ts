/** Every request of a process to a service is one step of the run, which may come late, fail, be made twice, or be the last. */
import { KitError } from '#shared/event/index.ts';
import { aroundCalls } from '../shared/projection/around-calls.ts';
import { described } from './described.ts';
import type { Process, Run } from './simulated-function.ts';

type Fault =
  /** Refused: nothing was done. */
  | 'throttled'
  /** Done, and the answer was lost. */
  | 'answer lost'
  /** The caller gave up; it is done some time later. */
  | 'done late'
  /** The client sent it again by itself; the answer is that of the second time. */
  | 'made twice'
  /** A copy of it arrives some time later too. */
  | 'copy follows'
  | 'conflict'
  | 'stale'
  | 'crash before'
  | 'crash after';

const OF_READS: readonly (readonly [Fault, number])[] = [
  ['throttled', 0.015],
  ['crash before', 0.004],
];
const OF_STALE_READS: readonly (readonly [Fault, number])[] = [...OF_READS, ['stale', 0.15]];
const OF_WRITES: readonly (readonly [Fault, number])[] = [
  ['throttled', 0.02],
  ['answer lost', 0.015],
  ['done late', 0.015],
  ['made twice', 0.015],
  ['copy follows', 0.015],
  ['crash before', 0.01],
  ['crash after', 0.01],
  ['conflict', 0.02],
];

export type Step<Answer> = {
  readonly what: string;
  readonly detail?: string;
  readonly perform: () => Promise<Answer> | Answer;
  readonly isWrite: boolean;
  /** Not worth telling when it succeeds. */
  readonly isRoutine?: boolean;
  /** The answer when another write is under way; without one there is no such answer. */
  readonly conflict?: Answer;
  /** What was right a moment ago, for reads that may answer that. */
  readonly stale?: () => Answer;
  readonly failure?: () => Error;
};

const unavailable = () => new KitError('store-unavailable', 'on purpose', { retryable: true });

const SLOW_MS = 60;
const HELD_UP_MS = 15_000;
const LATE_MS = 60_000;

/** How long a request takes. */
export function latencyOf({ draws }: Run, name: string): number {
  const most = draws.rare(`${name}, slow`, [
    [HELD_UP_MS, 0.01],
    [SLOW_MS, 0.4],
  ]);
  return most === undefined ? 1 : 1 + most * draws.share(`${name}, slow`);
}

export function step<Answer>(run: Run, process: Process, request: Step<Answer>): Promise<Answer> {
  const { time, draws, note } = run;
  const { what, detail = '', perform, isWrite, isRoutine = false, conflict, stale, failure = unavailable } = request;
  const name = `${process.work}: ${what}`;
  const odds = isWrite ? OF_WRITES : stale === undefined ? OF_READS : OF_STALE_READS;
  const tell = (outcome: string) => note(process.name, `${what}${detail === '' ? '' : ` ${detail}`}${outcome}`);
  const later = () =>
    time.after(LATE_MS * draws.share(`${name}, late`), async () => {
      const answer = await attempt(perform).catch((error: unknown) => `failed: ${error}`);
      note('a late request', `of ${process.name}: ${what} ${detail} -> ${described(answer)}`);
    });

  return new Promise((resolve, reject) => {
    time.after(latencyOf(run, name), async () => {
      if (!process.isAlive()) return;
      const fault = draws.rare(name, odds);
      if (fault !== undefined && fault !== 'stale') tell(`, FAULT ${fault}`);
      try {
        switch (fault) {
          case 'crash before':
            return process.crash(`before ${what}`);
          case 'throttled':
            return reject(failure());
          case 'done late':
            later();
            return reject(failure());
          case 'conflict':
            if (conflict !== undefined) return resolve(conflict);
            break;
          case 'stale':
            if (stale !== undefined) {
              const answer = stale();
              tell(`, FAULT stale -> ${described(answer)}`);
              return resolve(answer);
            }
            break;
          case 'made twice':
            await attempt(perform);
            break;
          case 'copy follows':
            later();
            break;
        }
        const answer = await perform();
        if (isWrite && !isRoutine) tell(answer === undefined ? '' : ` -> ${described(answer)}`);
        if (fault === 'crash after') return process.crash(`after ${what}`);
        if (fault === 'answer lost') return reject(failure());
        resolve(answer);
      } catch (error) {
        tell(` failed: ${error}`);
        reject(error);
      }
    });
  });
}

const attempt = async <Answer>(perform: () => Promise<Answer> | Answer): Promise<Answer> => perform();

/** The port as a process sees it. `writes` are the calls that change something, `conflict` their answer when others are under way. */
export const faultyPort = <Port extends object>(
  run: Run,
  process: Process,
  port: Port,
  {
    name,
    writes,
    conflict,
    stale = () => undefined,
  }: {
    readonly name: string;
    readonly writes: readonly (keyof Port)[];
    readonly conflict?: unknown;
    readonly stale?: (call: keyof Port, args: readonly unknown[]) => (() => unknown) | undefined;
  },
): Port =>
  aroundCalls(port, (call, proceed, args) => {
    const older = stale(call, args);
    return step<unknown>(run, process, {
      what: `${name}.${String(call)}`,
      detail: args.map(described).filter(Boolean).join(' '),
      perform: proceed,
      isWrite: writes.includes(call),
      isRoutine: call === 'writeNote',
      ...(conflict !== undefined && { conflict }),
      ...(older !== undefined && { stale: older }),
    });
  });
