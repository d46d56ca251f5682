/** Workers are used again while they are warm, no more of them than allowed, and none for longer than there is work. */
import { describe, expect, it } from 'vitest';
import type { FunctionWorker } from '../../../../../infra/local/services/lambda/function-worker.ts';
import { createWorkerPool, type PoolLimits } from '../../../../../infra/local/services/lambda/worker-pool.ts';
import { handClock } from '../../engine/hand-clock.ts';

type NumberedWorker = FunctionWorker & { readonly number: number; crash(): void };

function pooled(limits: PoolLimits) {
  const clock = handClock();
  const started: NumberedWorker[] = [];
  const ended: number[] = [];
  const start = () => {
    const number = started.length + 1;
    let usable = true;
    const worker: NumberedWorker = {
      number,
      usable: () => usable,
      run: async () => ({ ok: true, payload: 'null' }),
      end: async () => {
        usable = false;
        ended.push(number);
      },
      crash: () => {
        usable = false;
      },
    };
    started.push(worker);
    return worker;
  };
  const pool = createWorkerPool(start, limits, clock);
  const acquired = async () => {
    const worker = await pool.acquire();
    if (typeof worker === 'string') throw new Error(worker);
    return started.find((each) => each === worker) as NumberedWorker; // whatever the pool gives was started here
  };
  return { pool, clock, started, ended, acquired };
}

it('The first worker, which shows that the module loads, ends soon when nobody needs it', async () => {
  const { pool, clock, started, ended, acquired } = pooled({ workers: 2, whenBusy: 'wait' });
  expect(started).toHaveLength(1);
  clock.advance(5_000);
  expect(ended).toEqual([1]);
  pool.release(await acquired());
  clock.advance(5_000);
  expect(ended).toEqual([1]);
});

describe('a worker that is given back', () => {
  it('stays warm for half a minute, and then ends', async () => {
    const { pool, clock, ended, acquired } = pooled({ workers: 2, whenBusy: 'wait' });
    pool.release(await acquired());
    clock.advance(29_999);
    expect(ended).toEqual([]);
    const again = await acquired();
    expect(again.number).toBe(1);
    clock.advance(60_000);
    expect(ended).toEqual([]);
    pool.release(again);
    clock.advance(30_000);
    expect(ended).toEqual([1]);
    expect((await acquired()).number).toBe(2);
  });

  it('is the next to work, so that the others come to rest', async () => {
    const { pool, clock, ended, acquired } = pooled({ workers: 3, whenBusy: 'wait' });
    for (const worker of [await acquired(), await acquired(), await acquired()]) pool.release(worker);
    for (let second = 0; second < 30; second += 1) {
      pool.release(await acquired());
      clock.advance(1_000);
    }
    expect(ended).toEqual([1, 2]);
  });

  it('is replaced when it has crashed', async () => {
    const { pool, ended, acquired } = pooled({ workers: 1, whenBusy: 'wait' });
    const first = await acquired();
    const next = acquired();
    first.crash();
    pool.release(first);
    expect((await next).number).toBe(2);
    expect(ended).toEqual([1]);
  });
});

describe('when all workers are busy', () => {
  it('invocations wait as long as it takes, first come first served', async () => {
    const { pool, clock, started, acquired } = pooled({ workers: 1, whenBusy: 'wait' });
    const first = await acquired();
    const order: string[] = [];
    const waiting = ['second', 'third'].map((name) =>
      acquired().then((worker) => {
        order.push(name);
        pool.release(worker);
      }),
    );
    clock.advance(3_600_000);
    pool.release(first);
    await Promise.all(waiting);
    expect(order).toEqual(['second', 'third']);
    expect(started).toHaveLength(1);
  });

  it('they are throttled at once where the concurrency is reserved', async () => {
    const { pool, acquired } = pooled({ workers: 1, whenBusy: 'throttle' });
    await acquired();
    expect(await pool.acquire()).toBe('throttled');
  });

  it('those that wait hear of the end', async () => {
    const { pool, clock, ended, acquired } = pooled({ workers: 1, whenBusy: 'wait' });
    await acquired();
    const waiting = pool.acquire();
    await pool.stop();
    expect(await waiting).toBe('stopped');
    expect(ended).toEqual([1]);
    expect(clock.waits).toBe(0);
  });
});
