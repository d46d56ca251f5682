/** The workers of one function: which runs the next invocation, and who waits when all are busy. */
import type { FunctionWorker } from './function-worker.ts';

export type WorkerPool = {
  /** A free worker, or the reason why there is none. Give it back with `release`. */
  acquire(): Promise<FunctionWorker | 'throttled' | 'stopped'>;
  release(worker: FunctionWorker): void;
  stop(): Promise<void>;
};

type Waiting = {
  readonly give: (worker: FunctionWorker | 'throttled' | 'stopped') => void;
  readonly timer: NodeJS.Timeout;
};

/**
 * Never more than `limit` workers. The one used last is used first, so that the others stay idle.
 *
 * When all are busy the next in turn waits up to `patienceMs`, first come first served, and is then throttled; with a
 * patience of 0 it is throttled at once.
 */
export function createWorkerPool(start: () => FunctionWorker, limit: number, patienceMs: number): WorkerPool {
  const workers = new Set<FunctionWorker>();
  const idle: FunctionWorker[] = [];
  const queue: Waiting[] = [];
  let running = true;

  const add = () => {
    const worker = start();
    workers.add(worker);
    return worker;
  };
  const discard = (worker: FunctionWorker) => {
    workers.delete(worker);
    // It has ended or is ending by itself; this only makes sure.
    void worker.end();
  };
  const free = () => {
    for (let worker = idle.pop(); worker !== undefined; worker = idle.pop()) {
      if (worker.usable()) return worker;
      discard(worker);
    }
    return workers.size < limit ? add() : undefined;
  };

  if (limit > 0) idle.push(add());

  return {
    async acquire() {
      if (!running) return 'stopped';
      const worker = free();
      if (worker !== undefined) return worker;
      if (patienceMs === 0 || limit === 0) return 'throttled';
      return new Promise((give) => {
        const timer = setTimeout(() => {
          queue.splice(queue.indexOf(waiting), 1);
          give('throttled');
        }, patienceMs);
        const waiting: Waiting = { give, timer };
        queue.push(waiting);
      });
    },
    release(worker) {
      if (!running) return;
      idle.push(worker);
      const next = queue[0];
      const successor = next === undefined ? undefined : free();
      if (next === undefined || successor === undefined) return;
      queue.shift();
      clearTimeout(next.timer);
      next.give(successor);
    },
    async stop() {
      running = false;
      for (const { give, timer } of queue.splice(0)) {
        clearTimeout(timer);
        give('stopped');
      }
      await Promise.all([...workers].map((worker) => worker.end()));
      workers.clear();
    },
  };
}
