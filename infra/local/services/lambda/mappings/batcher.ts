/** Records become batches, one in flight at a time. */
import { fitting } from './mapping-invocation.ts';

export type Batcher<R> = {
  /** In order, and as one: what comes together may go together. Resolves when the batcher has room for more. */
  put(records: readonly R[]): Promise<void>;
  /** Resolves when everything that was put has been delivered; waits for no batching window any more. */
  drain(): Promise<void>;
};

/** Records that wait while a batch is in flight: enough for the next full batch, and for one read of the shard. */
const LEAST_ROOM = 1_000;

/**
 * Delivers what was put, in order, in batches of at most `batchSize` records and one invocation's payload: at once when
 * the batching window is 0, else when the batch is full or its first record has waited that long. Ends with the signal. A
 * rejection of `deliver` ends the batcher and is what `put` and `drain` reject with.
 */
export function startBatcher<R extends { readonly bytes: number }>(options: {
  readonly batchSize: number;
  readonly batchingWindowMs: number;
  readonly deliver: (records: readonly R[]) => Promise<void>;
  readonly signal: AbortSignal;
}): Batcher<R> {
  const { batchSize, batchingWindowMs, deliver, signal } = options;
  const room = Math.max(batchSize, LEAST_ROOM);
  const waiting: { readonly record: R; readonly since: number }[] = [];
  const came = createSignal();
  const left = createSignal();
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
      left.give();
    }
  }

  const running = run().catch((error: unknown) => {
    fault = { error };
    left.give();
  });
  const goesOn = () => {
    if (fault !== undefined) throw fault.error;
    return !signal.aborted;
  };
  signal.addEventListener('abort', () => {
    came.give();
    left.give();
  });
  return {
    async put(records) {
      const since = Date.now();
      for (const record of records) waiting.push({ record, since });
      came.give();
      while (goesOn() && waiting.length >= room) await left.wait();
    },
    async drain() {
      draining = true;
      came.give();
      while (goesOn() && (waiting.length > 0 || delivering)) await left.wait();
      if (signal.aborted) await running;
    },
  };
}

/** How two loops tell each other that something has changed. */
function createSignal() {
  let waiting: (() => void)[] = [];
  return {
    give() {
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
    /** Until it is given next, or for `ms` milliseconds. */
    wait(ms?: number): Promise<void> {
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
