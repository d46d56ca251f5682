/** Records that a function fails on block, split, or end in a failure record as Lambda's mapping has it. */
import { describe, expect, test, vi } from 'vitest';
import { createQueue } from '../../../../../../infra/local/services/sqs/local-queue.ts';
import type { LocalQueue } from '../../../../../../infra/local/services/sqs/queue.ts';
import { aQueue } from '../../sqs/a-queue.ts';
import { aTable, type Event, ids, mapped, sourceArn } from './mapped-table.ts';
import { answer, failing, failure, throttled } from './plain-functions.ts';

const failureRecords = async (queue: LocalQueue) =>
  (await queue.receive({ max: 10, waitMs: 0 })).map(({ body }) => JSON.parse(body));

describe('failures', () => {
  test('block the shard until the function succeeds', async () => {
    const table = await aTable();
    let broken = true;
    const { target, lines } = mapped(table, () => (broken ? failure : answer()), { batchSize: 1 });
    await table.put('1', '2');
    await vi.waitUntil(() => target.events.length >= 3);
    expect(target.events.slice(0, 3).map(ids)).toEqual([['1'], ['1'], ['1']]);
    expect(lines[0]).toContain('a batch of 1 failed (Error: boom) and is tried again');
    broken = false;
    await vi.waitUntil(() => ids(target.events.at(-1)).includes('2'));
  });

  test('end in a failure record after the last retry, and the shard goes on', async () => {
    const table = await aTable();
    const onFailure = createQueue(aQueue({ name: 'failures' }));
    const { target, seen } = mapped(table, (event) => (ids(event).includes('bad') ? failure : answer()), {
      batchSize: 1,
      maximumRetryAttempts: 1,
      onFailure,
    });
    await table.put('bad', 'good');
    await vi.waitUntil(() => seen().includes('good'));
    expect(target.events.map(ids)).toEqual([['bad'], ['bad'], ['good']]);
    const [first] = target.events as Event[];
    const number = first?.Records[0]?.dynamodb.SequenceNumber;
    const second = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(await failureRecords(onFailure)).toEqual([
      {
        requestContext: {
          requestId: expect.any(String),
          functionArn: target.arn,
          condition: 'RetryAttemptsExhausted',
          approximateInvokeCount: 2,
        },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        version: '1.0',
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*\.\d{3}Z$/),
        DDBStreamBatchInfo: {
          shardId: expect.stringMatching(/^shardId-/),
          startSequenceNumber: number,
          endSequenceNumber: number,
          approximateArrivalOfFirstRecord: second,
          approximateArrivalOfLastRecord: second,
          batchSize: 1,
          streamArn: sourceArn(table.tableName),
        },
      },
    ]);
  });

  test('that are reported restart the batch at the lowest number', async () => {
    const table = await aTable();
    const reports = [['3', '2'], ['3']];
    const { target, seen } = mapped(
      table,
      ({ Records }) => {
        const report = reports.shift() ?? [];
        const reported = Records.filter(({ dynamodb: { Keys } }) => report.includes(Keys.id.S)).reverse();
        return failing(...reported.map(({ dynamodb: { SequenceNumber } }) => SequenceNumber));
      },
      { reportBatchItemFailures: true, batchSize: 4, batchingWindowMs: 60_000 },
    );
    await table.put('1', '2', '3', '4');
    await vi.waitUntil(() => seen().length >= 9);
    expect(target.events.map(ids)).toEqual([
      ['1', '2', '3', '4'],
      ['2', '3', '4'],
      ['3', '4'],
    ]);
  });

  test('that are reported until the end leave functionError empty', async () => {
    const table = await aTable();
    const onFailure = createQueue(aQueue({ name: 'failures' }));
    mapped(table, ({ Records }) => failing(Records[0]?.dynamodb.SequenceNumber ?? ''), {
      reportBatchItemFailures: true,
      maximumRetryAttempts: 0,
      onFailure,
    });
    await table.put('1');
    await vi.waitUntil(() => onFailure.counts().visible === 1);
    const [record] = await failureRecords(onFailure);
    expect(record.responseContext).toEqual({ statusCode: 200, executedVersion: '$LATEST', functionError: null });
    expect(record.requestContext.approximateInvokeCount).toBe(1);
  });

  test('are bisected down to the poisoned record', async () => {
    const table = await aTable();
    const onFailure = createQueue(aQueue({ name: 'failures' }));
    const done: string[] = [];
    const { target } = mapped(
      table,
      (event) => {
        if (ids(event).includes('3')) return failure;
        done.push(...ids(event));
        return answer();
      },
      { bisectBatchOnFunctionError: true, maximumRetryAttempts: 0, batchSize: 4, batchingWindowMs: 60_000, onFailure },
    );
    await table.put('1', '2', '3', '4');
    await vi.waitUntil(() => done.includes('4'));
    expect(done).toEqual(['1', '2', '4']);
    expect(target.events.map(ids)).toEqual([['1', '2', '3', '4'], ['1', '2'], ['3', '4'], ['3'], ['4']]);
    expect(await failureRecords(onFailure)).toMatchObject([{ DDBStreamBatchInfo: { batchSize: 1 } }]);
  });

  test('by age end in a failure record that says so', async () => {
    const table = await aTable();
    const onFailure = createQueue(aQueue({ name: 'failures' }));
    const { seen } = mapped(table, (event) => (ids(event).includes('old') ? failure : answer()), {
      batchSize: 1,
      maximumRecordAgeMs: 300,
      onFailure,
    });
    await table.put('old');
    await vi.waitUntil(() => onFailure.counts().visible === 1);
    await table.put('new');
    await vi.waitUntil(() => seen().includes('new'));
    const [record] = await failureRecords(onFailure);
    expect(record.requestContext.condition).toBe('RecordAgeExceeded');
  });

  test('by throttling cost no retry', async () => {
    const table = await aTable();
    const onFailure = createQueue(aQueue({ name: 'failures' }));
    const results = [throttled, throttled, answer()];
    const { target } = mapped(table, () => results.shift() ?? failure, { maximumRetryAttempts: 0, onFailure });
    await table.put('1');
    await vi.waitUntil(() => target.events.length === 3);
    expect(onFailure.counts().visible).toBe(0);
  });

  test('without a destination are named in the log', async () => {
    const table = await aTable();
    const { lines } = mapped(table, () => failure, { maximumRetryAttempts: 0 });
    await table.put('1');
    await vi.waitUntil(() => lines.length > 0);
    expect(lines[0]).toMatch(/^error projector: .*1 record from \d+ on was given up .* no on-failure destination/);
  });
});
