/** The workers of one function: which runs the next invocation, who waits when all are busy, and when an idle one ends. */
import { type Clock, systemClock } from '../../engine/local-clock.ts';
import type { FunctionWorker } from './function-worker.ts';

export type WorkerPool = {
  /** A free worker, or the reason why there is none. Give it back with `release`. */
  acquire(): Promise<FunctionWorker | 'throttled' | 'stopped'>;
  release(worker: FunctionWorker): void;
  stop(): Promise<void>;
};

export type PoolLimits = {
  /** Never more workers than this. */
  readonly workers: number;
  /** What happens to an invocation when all of them are busy: it is throttled at once, or waits, first come first served. */
  readonly whenBusy: 'throttle' | 'wait';
};

/** How long a worker stays warm without work: each takes some 30 MB. Lambda keeps environments for minutes. */
const IDLE_MS = 30_000;

/** The first worker shows that the module loads; an app has many functions that nobody calls for a while. */
const UNUSED_MS = 5_000;

type Waiting = (worker: FunctionWorker | 'throttled' | 'stopped') => void;

/** Makes the first worker at once. The one used last is used first, so that the others stay idle and end. */
export function createWorkerPool(
  start: () => FunctionWorker,
  { workers: limit, whenBusy }: PoolLimits,
  clock: Clock = systemClock,
): WorkerPool {
  const workers = new Set<FunctionWorker>();
  /** With what keeps each from ending for being idle. */
  const idle = new Map<FunctionWorker, () => void>();
  const queue: Waiting[] = [];
  let running = true;

  const add = () => {
    const worker = start();
    workers.add(worker);
    return worker;
  };
  const discard = (worker: FunctionWorker) => {
    idle.get(worker)?.();
    idle.delete(worker);
    workers.delete(worker);
    return worker.end();
  };
  const rest = (worker: FunctionWorker, milliseconds = IDLE_MS) => {
    idle.set(
      worker,
      clock.at(clock.now() + milliseconds, () => void discard(worker)),
    );
  };
  const free = () => {
    for (let worker = [...idle.keys()].at(-1); worker !== undefined; worker = [...idle.keys()].at(-1)) {
      if (!worker.usable()) {
        // It has ended or is ending by itself; this only makes sure.
        void discard(worker);
        continue;
      }
      idle.get(worker)?.();
      idle.delete(worker);
      return worker;
    }
    return workers.size < limit ? add() : undefined;
  };

  if (limit > 0) rest(add(), UNUSED_MS);

  return {
    async acquire() {
      if (!running) return 'stopped';
      const worker = free();
      if (worker !== undefined) return worker;
      if (whenBusy === 'throttle' || limit === 0) return 'throttled';
      return new Promise((give) => {
        queue.push(give);
      });
    },
    release(worker) {
      if (!running) return;
      rest(worker);
      const next = queue[0];
      const successor = next === undefined ? undefined : free();
      if (next === undefined || successor === undefined) return;
      queue.shift();
      next(successor);
    },
    async stop() {
      running = false;
      for (const cancel of idle.values()) cancel();
      for (const give of queue.splice(0)) give('stopped');
      await Promise.all([...workers].map((worker) => worker.end()));
      workers.clear();
    },
  };
}
