/** Every record of a batch is acknowledged or given up exactly once, in order, whatever the function does. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  afterInvocation,
  type Batch,
  type Outcome,
  type Rules,
  withoutExpired,
} from '../../../../../../infra/local/services/lambda/mappings/shard-batch.ts';

const rules = (changes: Partial<Rules> = {}): Rules => ({
  bisectBatchOnFunctionError: false,
  maximumRetryAttempts: -1,
  maximumRecordAgeMs: -1,
  ...changes,
});
const batch = (length: number, failures = 0): Batch<number> => ({
  records: Array.from({ length }, (_, n) => n),
  failures,
});

/** Runs a batch to its end against a function that always fails on the poisoned records. */
function run(length: number, outcomeOf: (records: readonly number[], invocation: number) => Outcome, with_: Rules) {
  const handled: { record: number; how: 'acknowledged' | 'discarded' }[] = [];
  const invoked: (readonly number[])[] = [];
  let pending = [batch(length)];
  while (pending[0] !== undefined && invoked.length < 10_000) {
    const [head, ...later] = pending;
    invoked.push(head.records);
    const step = afterInvocation(head, outcomeOf(head.records, invoked.length), with_);
    expect([...step.acknowledged, ...step.discarded, ...step.next.flatMap(({ records }) => records)]).toEqual(
      head.records,
    );
    for (const record of step.acknowledged) handled.push({ record, how: 'acknowledged' });
    for (const record of step.discarded) handled.push({ record, how: 'discarded' });
    pending = [...step.next, ...later];
  }
  return { handled, invoked, ended: pending.length === 0 };
}

const poisoned =
  (poison: ReadonlySet<number>, report: boolean) =>
  (records: readonly number[]): Outcome => {
    const index = records.findIndex((record) => poison.has(record));
    if (index === -1) return { kind: 'succeeded' };
    return report ? { kind: 'failedFrom', index } : { kind: 'failed' };
  };

describe('whatever the function does', () => {
  const aRun = fc.record({
    length: fc.integer({ min: 1, max: 40 }),
    retries: fc.integer({ min: 0, max: 3 }),
    bisect: fc.boolean(),
    choices: fc.array(fc.tuple(fc.constantFrom('succeeded', 'failed', 'failedFrom', 'notTaken'), fc.nat()), {
      maxLength: 80,
    }),
  });

  test('records are acknowledged or discarded once each, in order', () => {
    fc.assert(
      fc.property(aRun, ({ length, retries, bisect, choices }) => {
        const outcomeOf = (records: readonly number[], invocation: number): Outcome => {
          const [kind, nth] = choices[invocation - 1] ?? ['failed', 0];
          if (kind === 'failedFrom') return { kind, index: nth % records.length };
          // Every choice of the list is one of the kinds.
          return { kind: kind as 'succeeded' | 'failed' | 'notTaken' };
        };
        const rule = rules({ maximumRetryAttempts: retries, bisectBatchOnFunctionError: bisect });
        const { handled, ended } = run(length, outcomeOf, rule);
        expect(ended).toBe(true);
        expect(handled.map(({ record }) => record)).toEqual(batch(length).records);
      }),
    );
  });

  test('bisection discards the poisoned records and no other, reported or not', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 64 }),
        fc.array(fc.nat(63), { maxLength: 4 }),
        fc.integer({ min: 0, max: 2 }),
        fc.boolean(),
        (length, poison, retries, report) => {
          const rule = rules({ maximumRetryAttempts: retries, bisectBatchOnFunctionError: true });
          const set = new Set(poison.filter((n) => n < length));
          const { handled, invoked } = run(length, poisoned(set, report), rule);
          expect(handled.map(({ record }) => record)).toEqual(batch(length).records);
          const discarded = handled.filter(({ how }) => how === 'discarded').map(({ record }) => record);
          expect(discarded).toEqual([...set].sort((a, b) => a - b));
          for (const record of set) {
            const alone = invoked.filter((records) => records.length === 1 && records[0] === record);
            expect(alone).toHaveLength(retries + 1);
          }
        },
      ),
    );
  });
});

test.each([0, 1, 2, 5])('%i retries are one invocation more', (retries) => {
  const { invoked, handled } = run(3, () => ({ kind: 'failed' }), rules({ maximumRetryAttempts: retries }));
  expect(invoked).toHaveLength(retries + 1);
  expect(handled.every(({ how }) => how === 'discarded')).toBe(true);
});

test('unlimited retries never discard', () => {
  const { handled, ended } = run(3, () => ({ kind: 'failed' }), rules());
  expect(handled).toEqual([]);
  expect(ended).toBe(false);
});

test('a throttled invocation costs nothing', () => {
  const before = batch(3, 1);
  expect(afterInvocation(before, { kind: 'notTaken' }, rules({ maximumRetryAttempts: 1 })).next).toEqual([before]);
});

test('the reported record and all behind it are repeated, and count as a retry', () => {
  const step = afterInvocation(batch(4), { kind: 'failedFrom', index: 1 }, rules({ maximumRetryAttempts: 1 }));
  expect(step).toEqual({ acknowledged: [0], discarded: [], next: [{ records: [1, 2, 3], failures: 1 }] });
});

test('with bisection the batch is cut at the reported record, which costs no retry', () => {
  const rule = rules({ maximumRetryAttempts: 0, bisectBatchOnFunctionError: true });
  const step = afterInvocation(batch(4), { kind: 'failedFrom', index: 1 }, rule);
  expect(step).toEqual({ acknowledged: [0], discarded: [], next: [{ records: [1, 2, 3], failures: 0 }] });
});

test('records past their maximum age leave from the front', () => {
  const aged: Batch<{ receivedAt: number }> = {
    records: [0, 500, 1_000].map((receivedAt) => ({ receivedAt })),
    failures: 2,
  };
  const cut = withoutExpired(aged, rules({ maximumRecordAgeMs: 1_000 }), 1_500);
  expect(cut.expired).toEqual([{ receivedAt: 0 }]);
  expect(cut.batch).toEqual({ records: [{ receivedAt: 500 }, { receivedAt: 1_000 }], failures: 2 });
  expect(withoutExpired(aged, rules(), 1e12).expired).toEqual([]);
  expect(withoutExpired(aged, rules({ maximumRecordAgeMs: 1_000 }), 1e12).batch.records).toEqual([]);
});
