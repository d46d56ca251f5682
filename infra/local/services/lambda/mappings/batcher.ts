/** Records become batches, one in flight at a time. */
import { fitting } from './mapping-invocation.ts';

export type Lane<R> = {
  /** In order, and as one: what comes together may go together. Resolves when the lane has room for more. */
  put(records: readonly R[]): Promise<void>;
  /** Resolves when everything that was put has been delivered; waits for no batching window any more. */
  drain(): Promise<void>;
};

/** Records that wait while a batch is in flight: enough for the next full batch, and for one read of the shard. */
const LEAST_ROOM = 1_000;

/**
 * Delivers what was put, in order, in batches of at most `batchSize` records and one invocation's payload: at once when
 * the batching window is 0, else when the batch is full or its first record has waited that long. Ends with the signal. A
 * rejection of `deliver` ends the lane and is what `put` and `drain` reject with.
 */
export function startLane<R extends { readonly bytes: number }>(options: {
  readonly batchSize: number;
  readonly batchingWindowMs: number;
  readonly deliver: (records: readonly R[]) => Promise<void>;
  readonly signal: AbortSignal;
}): Lane<R> {
  const { batchSize, batchingWindowMs, deliver, signal } = options;
  const room = Math.max(batchSize, LEAST_ROOM);
  const waiting: { readonly record: R; readonly since: number }[] = [];
  const came = createBell();
  const left = createBell();
  let delivering = false;
  let draining = false;
  let fault: { readonly error: unknown } | undefined;

  async function run(): Promise<void> {
    while (!signal.aborted) {
      const [oldest] = waiting;
      if (oldest === undefined) {
        await came.wait();
        continue;
      }
      const fit = fitting(
        waiting.slice(0, batchSize + 1).map(({ record }) => record.bytes),
        batchSize,
      );
      const full = fit === batchSize || fit < waiting.length;
      const windowLeft = oldest.since + batchingWindowMs - Date.now();
      if (!full && !draining && windowLeft > 0) {
        await came.wait(windowLeft);
        continue;
      }
      delivering = true;
      await deliver(waiting.splice(0, fit).map(({ record }) => record));
      delivering = false;
      left.ring();
    }
  }

  const running = run().catch((error: unknown) => {
    fault = { error };
    left.ring();
  });
  const goesOn = () => {
    if (fault !== undefined) throw fault.error;
    return !signal.aborted;
  };
  signal.addEventListener('abort', () => {
    came.ring();
    left.ring();
  });
  return {
    async put(records) {
      const since = Date.now();
      for (const record of records) waiting.push({ record, since });
      came.ring();
      while (goesOn() && waiting.length >= room) await left.wait();
    },
    async drain() {
      draining = true;
      came.ring();
      while (goesOn() && (waiting.length > 0 || delivering)) await left.wait();
      if (signal.aborted) await running;
    },
  };
}

export type Bell = {
  ring(): void;
  /** Until the next ring, or for `ms` milliseconds. */
  wait(ms?: number): Promise<void>;
};

export function createBell(): Bell {
  let waiting: (() => void)[] = [];
  return {
    ring() {
      const rung = waiting;
      waiting = [];
      for (const wake of rung) wake();
    },
    wait(ms) {
      return new Promise((resolve) => {
        const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
        waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    },
  };
}
