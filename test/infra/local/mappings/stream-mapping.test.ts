/** Does a mapping skip, repeat or reorder anything when shards split and DynamoDB Streams misbehaves? */
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { startStreamMapping } from '../../../../infra/local/mappings/stream-mapping.ts';
import type { StreamSource } from '../../../../infra/local/mappings/stream-source.ts';
import type { InvocationResult, StreamMappingDefinition } from '../../../../infra/local/ports.ts';
import { createQueue } from '../../../../infra/local/queues/local-queue.ts';
import { aQueue } from '../queues/a-queue.ts';
import { answer, failing, failure, functionOf, recordedLog } from './functions.ts';
import { failWith, type ScriptedShard, scriptedStream } from './shards.ts';

type Event = { Records: { dynamodb: { SequenceNumber: string; Keys: { id: { S: string } } } }[] };
const records = (event: unknown) =>
  (event as Event).Records.map(({ dynamodb }) => ({
    item: dynamodb.Keys.id.S,
    number: Number(dynamodb.SequenceNumber),
  }));

function mapped(
  source: StreamSource,
  invoke: (event: Event) => InvocationResult | Promise<InvocationResult>,
  changes: Partial<StreamMappingDefinition> = {},
) {
  const target = functionOf((event) => invoke(event as Event));
  const { log, lines } = recordedLog();
  const definition: StreamMappingDefinition = {
    id: 'mapping',
    tableName: 'accounts',
    streamArn: 'arn:aws:dynamodb:ddblocal:000000000000:table/accounts/stream/1',
    target,
    startingPosition: 'TRIM_HORIZON',
    batchSize: 10,
    batchingWindowMs: 0,
    parallelizationFactor: 1,
    bisectBatchOnFunctionError: false,
    maximumRetryAttempts: -1,
    maximumRecordAgeMs: -1,
    reportBatchItemFailures: false,
    filters: [],
    dynamodbEndpoint: 'http://127.0.0.1:1',
    ...changes,
  };
  return { target, lines, mapping: startStreamMapping(definition, log, source) };
}

const numbered = (item: string, ...numbers: number[]) => numbers.map((number) => ({ item, number }));

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
        lanes: fc.integer({ min: 1, max: 3 }),
        batchSize: fc.constantFrom(1, 3, 20),
        report: fc.boolean(),
      }),
      async (shards, poison, { lanes, batchSize, report }) => {
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
            parallelizationFactor: lanes,
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

test('a child shard waits until its parent is handled, not only read', async () => {
  const shards = [
    { id: 'child', parentId: 'parent', records: numbered('a', 2) },
    { id: 'parent', records: numbered('a', 1) },
  ];
  let release = () => {};
  const read: string[] = [];
  const source = scriptedStream(shards, { onRead: (shardId) => read.push(shardId) });
  const { target, mapping } = mapped(source, () => new Promise((resolve) => (release = () => resolve(answer()))));
  await vi.waitUntil(() => target.events.length === 1);
  await new Promise(setImmediate);
  expect(read).toEqual(['parent']);
  release();
  await vi.waitUntil(() => target.events.length === 2);
  release();
  await mapping.stop();
  expect(target.events.flatMap(records).map(({ number }) => number)).toEqual([1, 2]);
});

test('an expired iterator is replaced by one behind the last record', async () => {
  let expired = false;
  const source = scriptedStream([{ id: 'shard', records: numbered('a', 1, 2, 3, 4, 5) }], {
    pageSize: 2,
    onRead: (_, index) => {
      if (index !== 2 || expired) return;
      expired = true;
      failWith('ExpiredIteratorException');
    },
  });
  const { target, mapping, lines } = mapped(source, () => answer());
  await vi.waitUntil(() => target.events.flatMap(records).length >= 5);
  await mapping.stop();
  expect(target.events.flatMap(records).map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
  expect(lines.filter((line) => line.includes('Expired'))).toEqual([]);
});

test('records that are trimmed before they are read are said to be gone', async () => {
  let trimmed = false;
  const source = scriptedStream([{ id: 'shard', records: numbered('a', 1, 2) }], {
    onRead: () => {
      if (trimmed) return;
      trimmed = true;
      failWith('TrimmedDataAccessException');
    },
  });
  const { target, mapping, lines } = mapped(source, () => answer());
  await vi.waitUntil(() => target.events.flatMap(records).length >= 2);
  await mapping.stop();
  expect(lines.filter((line) => line.includes('no longer keeps the next records'))).toHaveLength(1);
});

test('a fault of the server is outwaited and said once', async () => {
  let faults = 3;
  const source = scriptedStream([{ id: 'shard', records: numbered('a', 1, 2) }], {
    onRead: () => {
      faults -= 1;
      if (faults >= 0) failWith('InternalServerError');
    },
  });
  const { target, mapping, lines } = mapped(source, () => answer());
  await vi.waitUntil(() => target.events.flatMap(records).length >= 2);
  await mapping.stop();
  expect(lines.filter((line) => line.includes('InternalServerError'))).toHaveLength(1);
});

test('LATEST passes over closed shards and reads the children of the open ones whole', async () => {
  const shards = [
    { id: 'closed', records: numbered('a', 1) },
    { id: 'open', parentId: 'closed', records: numbered('a', 2) },
    { id: 'child', parentId: 'open', records: numbered('a', 3) },
  ];
  const source = scriptedStream(shards);
  let described = 0;
  const describe = async () => {
    described += 1;
    const seen = described === 1 ? shards.slice(0, 2) : shards;
    return {
      enabled: false,
      shards: seen.map(({ id, parentId }) => ({ id, parentId, closed: id === 'closed' || described > 1 })),
    };
  };
  const { target, mapping } = mapped({ ...source, describe }, () => answer(), { startingPosition: 'LATEST' });
  await vi.waitUntil(() => target.events.length >= 1);
  await mapping.stop();
  expect(target.events.flatMap(records)).toEqual(numbered('a', 3));
});

test('an on-failure queue that refuses the record stops the mapping with a clear line', async () => {
  const onFailure = createQueue(aQueue({ fifo: true }));
  const source = scriptedStream([{ id: 'shard', records: numbered('a', 1) }]);
  const { mapping, lines } = mapped(source, () => failure, { maximumRetryAttempts: 0, onFailure });
  await vi.waitUntil(() => lines.length > 0);
  expect(lines[0]).toMatch(/^error projector: Reading the stream of accounts ended by a fault: .*MessageGroupId/);
  expect(mapping.live()).toBe(false);
  await mapping.stop();
});
