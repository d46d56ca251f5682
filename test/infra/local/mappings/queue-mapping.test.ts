/** Do a queue's messages reach the function, and leave the queue, as with Lambda's event source mapping? */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { startQueueMapping } from '../../../../infra/local/mappings/queue-mapping.ts';
import type { InvocationResult, QueueMappingDefinition, Running } from '../../../../infra/local/ports.ts';
import { createQueue } from '../../../../infra/local/queues/local-queue.ts';
import { aQueue } from '../queues/a-queue.ts';
import { handClock } from '../queues/hand-clock.ts';
import { answer, failing, failure, functionOf, recordedLog, throttled } from './functions.ts';

type Event = { Records: { messageId: string; body: string; attributes: Record<string, string> }[] };
const bodies = (event: unknown) => (event as Event).Records.map(({ body }) => body);

const running: Running[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((mapping) => mapping.stop()));
});

function mapped(
  invoke: (event: Event) => InvocationResult | Promise<InvocationResult>,
  changes: Partial<QueueMappingDefinition> & { queueChanges?: Parameters<typeof aQueue>[0] } = {},
) {
  const { queueChanges, ...rest } = changes;
  const clock = handClock();
  const queue = rest.queue ?? createQueue(aQueue(queueChanges), clock);
  const target = functionOf((event) => invoke(event as Event));
  const { log, lines } = recordedLog();
  const start = () => {
    const mapping = startQueueMapping(
      {
        id: 'mapping',
        queue,
        target,
        batchSize: 10,
        batchingWindowMs: 0,
        reportBatchItemFailures: true,
        filters: [],
        ...rest,
      },
      log,
    );
    running.push(mapping);
    return mapping;
  };
  return { queue, clock, target, lines, start, ...target };
}

const empty = { visible: 0, inFlight: 0, delayed: 0 };

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

describe('a failure', () => {
  test('brings the whole batch back when the visibility timeout ends, not before', async () => {
    let outcome = failure;
    const { queue, clock, target, lines, start } = mapped(() => outcome);
    for (const body of ['a', 'b']) queue.send({ body });
    start();
    await vi.waitUntil(() => lines.length === 1);
    expect(lines[0]).toContain('2 of 2 messages failed (Error: boom)');
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 2, delayed: 0 });
    clock.advance(29_999);
    await new Promise(setImmediate);
    expect(target.events).toHaveLength(1);
    outcome = answer();
    clock.advance(1);
    await vi.waitUntil(() => target.events.length === 2);
    await vi.waitFor(() => expect(queue.counts()).toEqual(empty));
  });

  test('that is reported by item keeps only the named messages', async () => {
    const { queue, target, lines, start } = mapped(({ Records }) => failing(Records[1]?.messageId ?? ''));
    for (const body of ['a', 'b', 'c']) queue.send({ body });
    start();
    await vi.waitUntil(() => lines.length === 1);
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
    expect(target.events).toHaveLength(1);
  });

  test.each([
    ['names an unknown message', failing('unknown')],
    ['names nothing', failing('')],
    ['is malformed', answer('done')],
  ])('that %s keeps the whole batch', async (_, result) => {
    const { queue, lines, start } = mapped(() => result);
    for (const body of ['a', 'b']) queue.send({ body });
    start();
    await vi.waitUntil(() => lines.length === 1);
    expect(queue.counts().inFlight).toBe(2);
  });

  test('that is reported without the mapping asking for reports is no failure', async () => {
    const reply = ({ Records }: Event) => failing(Records[0]?.messageId ?? '');
    const { queue, target, start } = mapped(reply, { reportBatchItemFailures: false });
    queue.send({ body: 'a' });
    start();
    await vi.waitUntil(() => target.events.length === 1);
    await vi.waitFor(() => expect(queue.counts()).toEqual(empty));
  });

  test('goes to the dead-letter queue after the last receive', async () => {
    const clock = handClock();
    const dead = createQueue(aQueue({ name: 'dead' }), clock);
    const queue = createQueue(aQueue({ redrive: { target: () => dead, maxReceiveCount: 2 } }), clock);
    const { target, start } = mapped(() => failure, { queue });
    queue.send({ body: 'poison' });
    start();
    for (const invocations of [1, 2]) {
      await vi.waitUntil(() => target.events.length === invocations);
      await new Promise(setImmediate);
      clock.advance(30_000);
    }
    await vi.waitFor(() => expect(dead.counts().visible).toBe(1));
    expect(target.events).toHaveLength(2);
    expect(queue.counts()).toEqual(empty);
  });

  test('by throttling is repeated while the messages are hidden', async () => {
    const results = [throttled, throttled, answer()];
    const { queue, target, start } = mapped(() => results.shift() ?? failure);
    queue.send({ body: 'a' });
    start();
    await vi.waitFor(() => expect(queue.counts()).toEqual(empty));
    expect(target.events).toHaveLength(3);
  });

  test('to finish within the visibility timeout is said', async () => {
    const clock = handClock();
    const queue = createQueue(aQueue({ fifo: true, contentBasedDeduplication: true }), clock);
    const slow = () => {
      clock.advance(30_000);
      return answer();
    };
    const { lines, start } = mapped(slow, { queue });
    queue.send({ body: 'a', groupId: 'g' });
    start();
    await vi.waitUntil(() => lines.length > 0);
    expect(lines[0]).toMatch(/handled after the visibility timeout of 30 s had ended/);
  });
});

describe('a FIFO queue', () => {
  test('gives each group an invocation of its own, and a failed group waits', async () => {
    const fails = new Set(['a']);
    const { queue, clock, target, start } = mapped(
      ({ Records }) => (fails.has(Records[0]?.attributes.MessageGroupId ?? '') ? failure : answer()),
      { queueChanges: { fifo: true, contentBasedDeduplication: true } },
    );
    for (const body of ['a1', 'b1', 'a2']) queue.send({ body, groupId: body.slice(0, 1) });
    start();
    await vi.waitUntil(() => target.events.length === 2);
    expect(target.events.map(bodies)).toEqual([['a1', 'a2'], ['b1']]);
    for (const body of ['a3', 'b2']) queue.send({ body, groupId: body.slice(0, 1) });
    await vi.waitUntil(() => target.events.length === 3);
    expect(bodies(target.events[2])).toEqual(['b2']);
    await new Promise(setImmediate);
    fails.clear();
    clock.advance(30_000);
    await vi.waitFor(() => expect(queue.counts()).toEqual(empty));
    expect(target.events.slice(3).flatMap(bodies)).toEqual(['a1', 'a2', 'a3']);
  });
});

describe('a FIFO group', () => {
  test('that needs several invocations stops at the first that fails', async () => {
    const { queue, target, lines, start } = mapped(() => failure, {
      queueChanges: { fifo: true, contentBasedDeduplication: true },
    });
    for (let n = 0; n < 8; n += 1) queue.send({ body: `${n}${'x'.repeat(1_000_000)}`, groupId: 'g' });
    start();
    await vi.waitUntil(() => lines.length > 0);
    await new Promise(setImmediate);
    expect(target.events.map((event) => bodies(event)[0]?.slice(0, 1))).toEqual(['0']);
  });

  test('that has no place yet is not begun after the mapping has stopped', async () => {
    let end = () => {};
    const held = () => new Promise<InvocationResult>((resolve) => (end = () => resolve(answer())));
    const { queue, target, start } = mapped(held, {
      maximumConcurrency: 1,
      queueChanges: { fifo: true, contentBasedDeduplication: true },
    });
    for (const body of ['a', 'b']) queue.send({ body, groupId: body });
    const mapping = start();
    await vi.waitUntil(() => target.events.length === 1);
    const stopped = mapping.stop();
    end();
    await Promise.race([stopped, vi.waitUntil(() => target.events.length > 1)]);
    expect(target.events).toHaveLength(1);
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
