/** A FIFO queue in memory keeps order, whatever its consumers do. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createQueue } from '../../../../../infra/local/services/sqs/local-queue.ts';
import type { LocalQueue } from '../../../../../infra/local/services/sqs/queue.ts';
import { handClock } from '../../engine/hand-clock.ts';
import { aQueue } from './a-queue.ts';

const receive = (queue: LocalQueue, max = 10) => queue.receive({ max, waitMs: 0 });
const bodies = async (queue: LocalQueue, max = 10) => (await receive(queue, max)).map(({ body }) => body);

describe('a FIFO queue', () => {
  const fifo = (changes = {}) => aQueue({ fifo: true, contentBasedDeduplication: true, ...changes });

  test('locks a group while one of its messages is in flight', async () => {
    const clock = handClock();
    const queue = createQueue(fifo(), clock);
    for (const body of ['a1', 'a2', 'b1']) queue.send({ body, groupId: body.slice(0, 1) });
    const [a1] = await receive(queue, 1);
    expect(a1?.body).toBe('a1');
    expect(await bodies(queue)).toEqual(['b1']);
    const waiting = queue.receive({ max: 10, waitMs: 20_000 });
    expect(queue.delete(a1?.receiptHandle ?? '')).toBe(true);
    expect((await waiting).map(({ body }) => body)).toEqual(['a2']);
  });

  test('keeps the group locked when a later message of it comes back first', async () => {
    const clock = handClock();
    const queue = createQueue(fifo(), clock);
    for (const body of ['a1', 'a2']) queue.send({ body, groupId: 'a' });
    const [, second] = await receive(queue);
    queue.changeVisibility(second?.receiptHandle ?? '', 0);
    expect(await bodies(queue)).toEqual([]);
    clock.advance(30_000);
    expect(await bodies(queue)).toEqual(['a1', 'a2']);
  });

  test('keeps the group locked when the first message of it comes back before the others', async () => {
    const queue = createQueue(fifo(), handClock());
    for (const body of ['a1', 'a2']) queue.send({ body, groupId: 'a' });
    const [first, second] = await receive(queue);
    queue.changeVisibility(first?.receiptHandle ?? '', 0);
    expect(await bodies(queue)).toEqual([]);
    queue.changeVisibility(second?.receiptHandle ?? '', 0);
    expect(await bodies(queue)).toEqual(['a1', 'a2']);
  });

  test('takes the same message once in five minutes, by id and by content', async () => {
    const clock = handClock();
    const queue = createQueue(fifo(), clock);
    const first = queue.send({ body: 'a', groupId: 'g' });
    clock.advance(299_999);
    expect(queue.send({ body: 'a', groupId: 'g' })).toEqual(first);
    expect(queue.send({ body: 'a', groupId: 'g', deduplicationId: 'other' }).messageId).not.toBe(first.messageId);
    clock.advance(1);
    expect(queue.send({ body: 'a', groupId: 'g' }).messageId).not.toBe(first.messageId);
    expect(queue.counts().visible).toBe(3);
  });

  test('takes the same message once in each group when it deduplicates by group', () => {
    const queue = createQueue(fifo({ deduplicatesByGroup: true }), handClock());
    const first = queue.send({ body: 'a', groupId: 'g' });
    expect(queue.send({ body: 'a', groupId: 'g' })).toEqual(first);
    expect(queue.send({ body: 'a', groupId: 'h' }).messageId).not.toBe(first.messageId);
    expect(queue.counts().visible).toBe(2);
  });

  test('gives rising sequence numbers', () => {
    const queue = createQueue(fifo(), handClock());
    const numbers = Array.from(
      { length: 12 },
      (_, n) => queue.send({ body: `${n}`, groupId: 'g' }).sequenceNumber ?? '',
    );
    expect(numbers).toEqual([...numbers].sort());
    expect(new Set(numbers).size).toBe(12);
  });

  test('gives higher sequence numbers than one that was there before it', () => {
    const clock = handClock();
    const message = { body: 'a', groupId: 'g' };
    const before = createQueue(fifo(), clock).send(message).sequenceNumber ?? '';
    clock.advance(1);
    const after = createQueue(fifo(), clock).send(message).sequenceNumber ?? '';
    expect([before, after]).toEqual([before, after].sort());
    expect([before.length, after.length, before === after]).toEqual([20, 20, false]);
  });

  test('does not delete by a handle whose visibility timeout has ended', async () => {
    const clock = handClock();
    const queue = createQueue(fifo({ visibilityTimeoutMs: 1_000 }), clock);
    queue.send({ body: 'a', groupId: 'g' });
    const [message] = await receive(queue);
    clock.advance(1_000);
    expect(queue.delete(message?.receiptHandle ?? '')).toBe(false);
  });

  test.each([
    ['no group', { body: 'a', deduplicationId: '1' }],
    ['no deduplication id', { body: 'a', groupId: 'g' }],
    ['a delay of its own', { body: 'a', groupId: 'g', deduplicationId: '1', delaySeconds: 1 }],
  ])('refuses a message with %s', (_, message) => {
    const queue = createQueue(aQueue({ fifo: true }), handClock());
    expect(() => queue.send(message)).toThrow(/MessageGroupId|ContentBasedDeduplication|DelaySeconds/);
  });
});

test('whatever consumers do, a message is handled in the order of its group and none is lost', async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('send' as const), group: fc.constantFrom('a', 'b', 'c') }),
    fc.record({ kind: fc.constant('receive' as const), max: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ kind: fc.constantFrom('delete' as const, 'release' as const), nth: fc.nat(5) }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 1_500 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const clock = handClock();
      const queue = createQueue(aQueue({ fifo: true, visibilityTimeoutMs: 1_000 }), clock);
      const sent: Record<string, number> = { a: 0, b: 0, c: 0 };
      const handled: Record<string, number> = { a: 0, b: 0, c: 0 };
      let held: { group: string; n: number; handle: string }[] = [];
      const take = async (max: number) => {
        for (const { body, receiptHandle } of await receive(queue, max)) {
          const [group = '', n] = body.split(' ');
          held.push({ group, n: Number(n), handle: receiptHandle });
        }
      };
      const finish = (message: { group: string; n: number; handle: string } | undefined) => {
        if (message === undefined) return;
        // A consumer of a group works in order: it finishes nothing before what it holds of the group from earlier.
        if (held.some(({ group, n }) => group === message.group && n < message.n)) return;
        held = held.filter((other) => other !== message);
        if (!queue.delete(message.handle)) return;
        expect(message.n).toBe(handled[message.group]);
        handled[message.group] = message.n + 1;
      };
      const giveBack = (message: { group: string; n: number } | undefined) => {
        if (message === undefined) return;
        // With it goes what it holds of the group from later, for the same reason.
        const isGiven = ({ group, n }: { group: string; n: number }) => group === message.group && n >= message.n;
        for (const { handle } of held.filter(isGiven)) queue.changeVisibility(handle, 0);
        held = held.filter((other) => !isGiven(other));
      };
      for (const step of steps) {
        if (step.kind === 'send') {
          const n = sent[step.group] ?? 0;
          queue.send({ body: `${step.group} ${n}`, groupId: step.group, deduplicationId: `${step.group}${n}` });
          sent[step.group] = n + 1;
        } else if (step.kind === 'receive') await take(step.max);
        else if (step.kind === 'wait') {
          clock.advance(step.ms);
          held = held.filter(({ handle }) => queue.changeVisibility(handle, 1_000));
        } else if (step.kind === 'delete') finish(held[step.nth]);
        else giveBack(held[step.nth]);
      }
      for (let round = 0; round < 200 && JSON.stringify(sent) !== JSON.stringify(handled); round += 1) {
        clock.advance(1_000);
        held = [];
        await take(10);
        for (const message of [...held]) finish(message);
      }
      expect(handled).toEqual(sent);
    }),
    { numRuns: 150 },
  );
});
