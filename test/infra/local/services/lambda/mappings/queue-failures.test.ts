/** Messages that a function fails on come back as with Lambda's event source mapping. */
import { describe, expect, test, vi } from 'vitest';
import type { InvocationResult } from '../../../../../../infra/local/services/lambda/lambda-function.ts';
import { createQueue } from '../../../../../../infra/local/services/sqs/local-queue.ts';
import { handClock } from '../../../engine/hand-clock.ts';
import { aQueue } from '../../sqs/a-queue.ts';
import { bodies, type Event, empty, mapped } from './mapped-queue.ts';
import { answer, failing, failure, throttled } from './plain-functions.ts';

describe('a failure', () => {
  test('brings the whole batch back when the visibility timeout ends, not before', async () => {
    let outcome = failure;
    const { queue, clock, target, lines, start } = mapped(() => outcome);
    for (const body of ['a', 'b']) queue.send({ body });
    start();
    await vi.waitUntil(() => lines.length === 1);
    expect(lines[0]).toMatch(
      /2 of 2 messages failed \(Error: boom\): 2 come back after the visibility timeout of 30 s\.$/,
    );
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 2, delayed: 0 });
    clock.advance(29_999);
    await new Promise(setImmediate);
    expect(target.events).toHaveLength(1);
    outcome = answer();
    clock.advance(1);
    await vi.waitUntil(() => target.events.length === 2);
    await vi.waitFor(() => expect(queue.counts()).toEqual(empty));
  });

  test('that the end of the run brings about is told to nobody', async () => {
    const { promise, resolve } = Promise.withResolvers<InvocationResult>();
    const { queue, target, lines, start } = mapped(() => promise);
    queue.send({ body: 'a' });
    const mapping = start();
    await vi.waitUntil(() => target.events.length === 1);
    const stopped = mapping.stop();
    resolve(failure);
    await stopped;
    expect(lines).toEqual([]);
    expect(queue.counts().inFlight).toBe(1);
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
    const { target, lines, start } = mapped(() => failure, { queue });
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
    expect(lines).toEqual([
      expect.stringMatching(/1 of 1 message failed \(Error: boom\): 1 comes back after the visibility timeout/),
      expect.stringMatching(/: 1 goes to the dead-letter queue dead after the visibility timeout of 30 s\.$/),
    ]);
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
  test('that is brought one by one waits at the message that failed, and goes on behind it in order', async () => {
    const fails = new Set(['a2']);
    const { queue, clock, target, start } = mapped(
      ({ Records: [record] }) => (fails.has(record?.body ?? '') ? failing(record?.messageId ?? '') : answer()),
      { batchSize: 1, queueChanges: { fifo: true, contentBasedDeduplication: true } },
    );
    for (const body of ['a1', 'a2', 'a3', 'b1', 'b2']) queue.send({ body, groupId: body.slice(0, 1) });
    start();
    await vi.waitFor(() => expect(queue.counts()).toEqual({ visible: 1, inFlight: 1, delayed: 0 }));
    const brought = () => target.events.flatMap(bodies);
    expect(brought().filter((body) => body.startsWith('a'))).toEqual(['a1', 'a2']);
    expect(brought().filter((body) => body.startsWith('b'))).toEqual(['b1', 'b2']);
    fails.clear();
    clock.advance(30_000);
    await vi.waitFor(() => expect(queue.counts()).toEqual(empty));
    expect(brought().filter((body) => body.startsWith('a'))).toEqual(['a1', 'a2', 'a2', 'a3']);
  });

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
