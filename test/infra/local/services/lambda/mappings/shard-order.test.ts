/** A mapping skips and reorders nothing when shards split and functions fail. */
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { createQueue } from '../../../../../../infra/local/services/sqs/local-queue.ts';
import { aQueue } from '../../sqs/a-queue.ts';
import { mapped, records } from './mapped-shards.ts';
import { answer, failing, failure } from './plain-functions.ts';
import { type ScriptedShard, scriptedStream } from './scripted-shards.ts';

/** Every item lives in one line of shards: the first half of the alphabet moves to one child, the rest to the other. */
const aSplittingStream = fc
  .array(fc.tuple(fc.constantFrom('a', 'a', 'a', 'b', 'c', 'd'), fc.nat(2)), { minLength: 1, maxLength: 40 })
  .map((writes): ScriptedShard[] => {
    const shards = ['root', 'left', 'right', 'left-next', 'right-next'].map((id) => ({
      id,
      parentId: { root: undefined, left: 'root', right: 'root', 'left-next': 'left', 'right-next': 'right' }[id],
      records: [] as { item: string; number: number }[],
    }));
    const generations = writes.map(([, generation]) => generation).sort();
    writes.forEach(([item], n) => {
      const side = item < 'c' ? 'left' : 'right';
      const id = ['root', side, `${side}-next`][generations[n] ?? 0];
      shards.find((shard) => shard.id === id)?.records.push({ item, number: n + 1 });
    });
    return shards.reverse();
  });

test('every record is handled or ends in a failure record, in the order of its item, whatever fails', async () => {
  await fc.assert(
    fc.asyncProperty(
      aSplittingStream,
      fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 8 }),
      fc.record({
        batchers: fc.integer({ min: 1, max: 3 }),
        batchSize: fc.constantFrom(1, 3, 20),
        report: fc.boolean(),
      }),
      async (shards, poison, { batchers, batchSize, report }) => {
        const all = shards.flatMap((shard) => shard.records);
        const onFailure = createQueue(aQueue({ name: 'failures' }));
        const given: { item: string; number: number }[] = [];
        const keep = (kept: readonly { item: string; number: number }[]) => given.push(...kept);
        const send = vi.spyOn(onFailure, 'send').mockImplementation(({ body }) => {
          const { startSequenceNumber, batchSize } = JSON.parse(body).DDBStreamBatchInfo;
          // Bisection leaves single records only, so that the record names exactly what was given up.
          expect(batchSize).toBe(1);
          keep(all.filter(({ number }) => number === Number(startSequenceNumber)));
          return { messageId: '', md5OfBody: '' };
        });
        const { mapping } = mapped(
          scriptedStream(shards, { pageSize: 12 }),
          (event) => {
            const batch = records(event);
            const bad = batch.findIndex(({ number }) => poison.includes(number));
            if (bad === -1) {
              keep(batch);
              return answer();
            }
            if (!report) return failure;
            keep(batch.slice(0, bad));
            return failing(event.Records[bad]?.dynamodb.SequenceNumber ?? '');
          },
          {
            batchSize,
            onFailure,
            parallelizationFactor: batchers,
            reportBatchItemFailures: report,
            bisectBatchOnFunctionError: true,
            maximumRetryAttempts: 0,
          },
        );
        await vi.waitUntil(() => given.length >= all.length, { interval: 1 });
        await mapping.stop();
        for (const item of ['a', 'b', 'c', 'd']) {
          const order = (list: readonly { item: string; number: number }[]) =>
            list.filter((record) => record.item === item).map(({ number }) => number);
          expect(order(given)).toEqual(order(all).sort((a, b) => a - b));
        }
        const discarded = send.mock.calls.length;
        expect(discarded).toBe(all.filter(({ number }) => poison.includes(number)).length);
      },
    ),
    { numRuns: 60 },
  );
});
