/** An accepted event is tried as often and as late as Lambda tries it, and ends where Lambda would end it. */
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createAsyncInvocations } from '../../../../../infra/local/services/lambda/async-invocations.ts';
import type {
  FunctionDefinition,
  InvocationResult,
} from '../../../../../infra/local/services/lambda/lambda-function.ts';

const FAILED: InvocationResult = { ok: false, reason: 'error', errorType: 'TypeError', errorMessage: 'no' };
const THROTTLED: InvocationResult = { ok: false, reason: 'throttled', errorType: 'TooMany', errorMessage: 'Rate' };
const DONE: InvocationResult = { ok: true, payload: null };

/** Waiting passes at once and moves the clock. */
async function accepted(results: readonly InvocationResult[], options: Partial<FunctionDefinition> = {}) {
  let now = 0;
  const attempts: number[] = [];
  const ids = new Set<string>();
  const records: unknown[] = [];
  const successes: unknown[] = [];
  const lines: string[] = [];
  const definition: FunctionDefinition = {
    name: 'orders',
    arn: 'arn:orders',
    codeFolder: '',
    handler: 'index.handler',
    environment: {},
    timeoutMs: 1_000,
    memoryMb: 128,
    onAsyncFailure: (record) => records.push(record),
    onAsyncSuccess: (record) => successes.push(record),
    ...options,
  };
  const invoke = async (requestId: string) => {
    ids.add(requestId);
    attempts.push(now);
    return results[Math.min(attempts.length, results.length) - 1] ?? DONE;
  };
  const clock = {
    now: () => now,
    at: (time: number, run: () => void) => {
      now = time;
      queueMicrotask(run);
      return () => {};
    },
  };
  const invocations = createAsyncInvocations(definition, invoke, (_, __, line) => lines.push(line), clock);
  invocations.accept('request-1', { order: 1 });
  for (let settled = -1; settled !== attempts.length; await turn()) settled = attempts.length;
  await turn();
  return { seconds: attempts.map((at) => at / 1_000), ids: [...ids], records, successes, lines };
}

describe('an event accepted for later', () => {
  it('is given to a function that works once', async () => {
    expect(await accepted([{ ok: true, payload: { done: 1 } }])).toEqual({
      seconds: [0],
      ids: ['request-1'],
      records: [],
      successes: [
        {
          version: '1.0',
          timestamp: '1970-01-01T00:00:00.000Z',
          requestContext: {
            requestId: 'request-1',
            functionArn: 'arn:orders:$LATEST',
            condition: 'Success',
            approximateInvokeCount: 1,
          },
          requestPayload: { order: 1 },
          responseContext: { statusCode: 200, executedVersion: '$LATEST' },
          responsePayload: { done: 1 },
        },
      ],
      lines: [],
    });
  });

  it('tells the destination for success how often it was tried, and of a failure nothing', async () => {
    const { successes } = await accepted([FAILED, DONE]);
    expect(successes).toMatchObject([{ requestContext: { condition: 'Success', approximateInvokeCount: 2 } }]);
    expect((await accepted([FAILED])).successes).toEqual([]);
  });

  it('is tried again after one and two minutes, with the same request id', async () => {
    const { seconds, ids, records } = await accepted([FAILED, FAILED, DONE]);
    expect({ seconds, ids, records }).toEqual({ seconds: [0, 60, 180], ids: ['request-1'], records: [] });
  });

  it('goes to the on-failure destination in the form that Lambda sends', async () => {
    const { seconds, records, lines } = await accepted([FAILED]);
    expect(seconds).toEqual([0, 60, 180]);
    expect(records).toEqual([
      {
        version: '1.0',
        timestamp: '1970-01-01T00:03:00.000Z',
        requestContext: {
          requestId: 'request-1',
          functionArn: 'arn:orders:$LATEST',
          condition: 'RetriesExhausted',
          approximateInvokeCount: 3,
        },
        requestPayload: { order: 1 },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        responsePayload: { errorMessage: 'no', errorType: 'TypeError' },
      },
    ]);
    expect(lines).toEqual([expect.stringMatching(/request-1 is sent to the on-failure destination/)]);
  });

  it.each([0, 1])('is tried %i more times when the template says so', async (asyncRetries) => {
    const { seconds, records } = await accepted([FAILED], { asyncRetries });
    expect(seconds).toHaveLength(asyncRetries + 1);
    expect(records).toHaveLength(1);
  });

  it('is dropped with a word in the log when there is no destination', async () => {
    const { lines } = await accepted([FAILED], { onAsyncFailure: undefined });
    expect(lines).toEqual([expect.stringMatching(/request-1 is dropped: RetriesExhausted after 3 attempts/)]);
  });

  it('is one attempt when there was but one', async () => {
    const { lines } = await accepted([FAILED], { asyncRetries: 0 });
    expect(lines).toEqual([expect.stringMatching(/RetriesExhausted after 1 attempt$/)]);
  });

  it('waits out throttling without counting it', async () => {
    const { seconds, records } = await accepted([THROTTLED, THROTTLED, FAILED, THROTTLED, FAILED, DONE]);
    expect(seconds).toEqual([0, 1, 3, 63, 67, 187]);
    expect(records).toEqual([]);
  });

  it('is given up when it is too old, and then has no response to show if it never ran', async () => {
    const { seconds, records } = await accepted([THROTTLED], { asyncMaximumAgeMs: 60_000 });
    expect(seconds).toEqual([0, 1, 3, 7, 15, 31]);
    expect(records).toEqual([
      expect.objectContaining({
        requestContext: expect.objectContaining({ condition: 'EventAgeExceeded', approximateInvokeCount: 0 }),
      }),
    ]);
    expect(records[0]).not.toHaveProperty('responseContext');
  });

  it('is tried for at most six hours, at the longest every five minutes', async () => {
    const { seconds } = await accepted([THROTTLED]);
    expect(seconds.at(-1)).toBeLessThanOrEqual(6 * 3_600);
    expect(seconds.at(-1)).toBeGreaterThan(6 * 3_600 - 300);
    const waits = seconds.slice(1).map((at, i) => at - (seconds[i] ?? 0));
    expect(Math.max(...waits)).toBe(300);
  });
});
