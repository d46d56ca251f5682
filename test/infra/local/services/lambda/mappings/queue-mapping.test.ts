/** A queue's messages reach the function, and leave the queue, as with Lambda's event source mapping. */
import { describe, expect, test, vi } from 'vitest';
import type { InvocationResult } from '../../../../../../infra/local/services/lambda/lambda-function.ts';
import { bodies, empty, mapped } from './mapped-queue.ts';
import { answer } from './plain-functions.ts';

describe('an invocation', () => {
  test('carries the records that Lambda would give', async () => {
    const { queue, target, start } = mapped(() => answer());
    const attributes = {
      Kind: { DataType: 'String', StringValue: 'opened' },
      Raw: { DataType: 'Binary', BinaryValue: 'AP8=' },
    };
    const { messageId } = queue.send({ body: 'a', attributes });
    start();
    await vi.waitUntil(() => queue.counts().inFlight + queue.counts().visible === 0);
    expect(target.events).toEqual([
      {
        Records: [
          {
            messageId,
            receiptHandle: expect.any(String),
            body: 'a',
            attributes: expect.objectContaining({ ApproximateReceiveCount: '1', SentTimestamp: expect.any(String) }),
            messageAttributes: {
              Kind: { stringValue: 'opened', stringListValues: [], binaryListValues: [], dataType: 'String' },
              Raw: { binaryValue: 'AP8=', stringListValues: [], binaryListValues: [], dataType: 'Binary' },
            },
            md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
            md5OfBody: '0cc175b9c0f1b6a831c399e269772661',
            eventSource: 'aws:sqs',
            eventSourceARN: queue.arn,
            awsRegion: 'eu-west-1',
          },
        ],
      },
    ]);
  });

  test('begins in the turn in which a message arrives', async () => {
    const { queue, target, start } = mapped(() => answer());
    start();
    await new Promise(setImmediate);
    queue.send({ body: 'a' });
    await new Promise(setImmediate);
    expect(target.events).toHaveLength(1);
  });

  test('has no more messages than the batch size, nor more than its payload holds', async () => {
    const { queue, target, start } = mapped(() => answer(), { batchSize: 3 });
    for (let n = 0; n < 7; n += 1) queue.send({ body: `${n}` });
    start();
    await vi.waitUntil(() => queue.counts().inFlight + queue.counts().visible === 0);
    expect(target.events.map((event) => bodies(event).length)).toEqual([3, 3, 1]);
    const large = mapped(() => answer());
    for (let n = 0; n < 8; n += 1) large.queue.send({ body: 'x'.repeat(1_000_000) });
    large.start();
    await vi.waitUntil(() => large.queue.counts().inFlight + large.queue.counts().visible === 0);
    for (const event of large.target.events) expect(JSON.stringify(event).length).toBeLessThan(6 * 1_048_576);
    expect(large.target.events.flatMap(bodies)).toHaveLength(8);
  });

  test('waits for more messages within the batching window', async () => {
    const { queue, target, start } = mapped(() => answer(), { batchSize: 3, batchingWindowMs: 60_000 });
    start();
    for (const body of ['a', 'b', 'c']) {
      queue.send({ body });
      await new Promise(setImmediate);
    }
    await vi.waitUntil(() => target.events.length === 1);
    expect(target.events.flatMap(bodies)).toEqual(['a', 'b', 'c']);
  });

  test('runs beside others up to the maximum concurrency', async () => {
    const open: (() => void)[] = [];
    const held = () => new Promise<InvocationResult>((resolve) => open.push(() => resolve(answer())));
    const { queue, target, start } = mapped(held, { batchSize: 1, maximumConcurrency: 2 });
    for (let n = 0; n < 4; n += 1) queue.send({ body: `${n}` });
    start();
    await vi.waitUntil(() => target.events.length === 2);
    await new Promise(setImmediate);
    expect(target.events).toHaveLength(2);
    expect(queue.counts()).toEqual({ visible: 2, inFlight: 2, delayed: 0 });
    open.shift()?.();
    await vi.waitUntil(() => target.events.length === 3);
    open.shift()?.();
    await vi.waitUntil(() => target.events.length === 4);
    for (const end of open) end();
  });
});

describe('filters', () => {
  test('see a JSON body parsed, and what none lets through is deleted', async () => {
    const { queue, target, start } = mapped(() => answer(), {
      filters: [{ body: { kind: ['opened'] } }, { body: ['plain'] }],
    });
    for (const body of ['{"kind":"closed"}', '{"kind":"opened"}', 'plain', 'other', '{"kind":']) queue.send({ body });
    start();
    await vi.waitFor(() => expect(queue.counts()).toEqual(empty));
    expect(target.events.flatMap(bodies)).toEqual(['{"kind":"opened"}', 'plain']);
  });

  test('that Lambda would refuse are refused at the start', () => {
    const { start } = mapped(() => answer(), { filters: [{ body: { kind: 'opened' } }] });
    expect(start).toThrow();
  });
});

describe('stopping', () => {
  test('takes no further message and waits for what is under way', async () => {
    let end = () => {};
    const held = () => new Promise<InvocationResult>((resolve) => (end = () => resolve(answer())));
    const { queue, target, start } = mapped(held, { batchSize: 1, maximumConcurrency: 2 });
    const mapping = start();
    expect(mapping.live()).toBe(true);
    queue.send({ body: 'a' });
    await vi.waitUntil(() => target.events.length === 1);
    const stopped = mapping.stop();
    expect(mapping.live()).toBe(false);
    queue.send({ body: 'b' });
    end();
    await stopped;
    expect(target.events).toHaveLength(1);
    expect(queue.counts()).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
  });
});
