/** Does a queue in memory keep the promises of SQS? */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LocalQueue } from '../../../../infra/local/ports.ts';
import { createQueue } from '../../../../infra/local/queues/local-queue.ts';
import { aQueue } from './a-queue.ts';
import { handClock } from './hand-clock.ts';

const receive = (queue: LocalQueue, max = 10) => queue.receive({ max, waitMs: 0 });
const bodies = async (queue: LocalQueue, max = 10) => (await receive(queue, max)).map(({ body }) => body);

describe('a standard queue', () => {
  test('hides a received message until its visibility timeout ends', async () => {
    const clock = handClock();
    const queue = createQueue(aQueue({ visibilityTimeoutMs: 5_000 }), clock);
    queue.send({ body: 'a' });
    expect(await bodies(queue)).toEqual(['a']);
    clock.advance(4_999);
    expect(await bodies(queue)).toEqual([]);
    clock.advance(1);
    const [again] = await receive(queue);
    expect(again?.attributes.ApproximateReceiveCount).toBe('2');
  });

  test('says when a message was sent and first received', async () => {
    const clock = handClock(1_000);
    const queue = createQueue(aQueue(), clock);
    queue.send({ body: 'a', groupId: 'tenant' });
    clock.advance(500);
    const [message] = await queue.receive({ max: 1, waitMs: 0, visibilityTimeoutMs: 0 });
    expect(message?.attributes).toMatchObject({
      ApproximateReceiveCount: '1',
      SentTimestamp: '1000',
      ApproximateFirstReceiveTimestamp: '1500',
      MessageGroupId: 'tenant',
      SenderId: expect.any(String),
    });
    clock.advance(500);
    const [again] = await receive(queue);
    expect(again?.attributes.ApproximateFirstReceiveTimestamp).toBe('1500');
  });

  test('answers a waiting receive in the turn in which a message arrives', async () => {
    const clock = handClock();
    const queue = createQueue(aQueue(), clock);
    const first = queue.receive({ max: 1, waitMs: 20_000 });
    const second = queue.receive({ max: 1, waitMs: 20_000 });
    queue.send({ body: 'a' });
    queue.send({ body: 'b' });
    expect((await first)[0]?.body).toBe('a');
    expect((await second)[0]?.body).toBe('b');
    expect(clock.waits).toBe(0);
  });

  test('answers a waiting receive when a hidden or delayed message becomes visible', async () => {
    const clock = handClock();
    const queue = createQueue(aQueue({ visibilityTimeoutMs: 3_000 }), clock);
    queue.send({ body: 'a' });
    queue.send({ body: 'late', delaySeconds: 7 });
    await receive(queue);
    const hidden = queue.receive({ max: 10, waitMs: 20_000 });
    clock.advance(3_000);
    expect((await hidden).map(({ body }) => body)).toEqual(['a']);
    const [handle] = await hidden;
    queue.delete(handle?.receiptHandle ?? '');
    const delayed = queue.receive({ max: 10, waitMs: 20_000 });
    clock.advance(4_000);
    expect((await delayed).map(({ body }) => body)).toEqual(['late']);
  });

  test('answers an empty receive when its wait ends, is given up, or the queue stops', async () => {
    const clock = handClock();
    const queue = createQueue(aQueue(), clock);
    const waits = queue.receive({ max: 1, waitMs: 1_000 });
    clock.advance(1_000);
    expect(await waits).toEqual([]);
    const givenUp = new AbortController();
    const abandoned = queue.receive({ max: 1, waitMs: 1_000, signal: givenUp.signal });
    givenUp.abort();
    expect(await abandoned).toEqual([]);
    queue.send({ body: 'a' });
    expect(queue.counts()).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
    queue.purge();
    const open = queue.receive({ max: 1, waitMs: 1_000 });
    queue.stop();
    expect(await open).toEqual([]);
    expect(clock.waits).toBe(0);
  });

  test('knows only the latest receipt handle', async () => {
    const clock = handClock();
    const queue = createQueue(aQueue({ visibilityTimeoutMs: 1_000 }), clock);
    queue.send({ body: 'a' });
    const [first] = await receive(queue);
    clock.advance(1_000);
    const [second] = await receive(queue);
    expect(queue.delete(first?.receiptHandle ?? '')).toBe(false);
    expect(queue.changeVisibility(first?.receiptHandle ?? '', 0)).toBe(false);
    expect(queue.delete('nonsense')).toBe(false);
    clock.advance(1_000);
    expect(queue.changeVisibility(second?.receiptHandle ?? '', 0)).toBe(false);
    expect(queue.delete(second?.receiptHandle ?? '')).toBe(true);
    expect(queue.delete(second?.receiptHandle ?? '')).toBe(false);
  });

  test('shortens and lengthens the time that a message is hidden', async () => {
    const clock = handClock();
    const queue = createQueue(aQueue({ visibilityTimeoutMs: 1_000 }), clock);
    queue.send({ body: 'a' });
    const [message] = await receive(queue);
    expect(queue.changeVisibility(message?.receiptHandle ?? '', 60_000)).toBe(true);
    clock.advance(59_999);
    expect(await bodies(queue)).toEqual([]);
    const waiting = queue.receive({ max: 1, waitMs: 20_000 });
    expect(queue.changeVisibility(message?.receiptHandle ?? '', 0)).toBe(true);
    expect((await waiting)[0]?.body).toBe('a');
  });

  test('forgets messages that are older than the retention period', async () => {
    const clock = handClock();
    const queue = createQueue(aQueue({ retentionMs: 60_000 }), clock);
    queue.send({ body: 'a' });
    clock.advance(60_000);
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    expect(await bodies(queue)).toEqual([]);
  });

  test('counts what is visible, in flight and delayed', async () => {
    const queue = createQueue(aQueue(), handClock());
    for (const body of ['a', 'b', 'c']) queue.send({ body });
    queue.send({ body: 'd', delaySeconds: 1 });
    await receive(queue, 1);
    expect(queue.counts()).toEqual({ visible: 2, inFlight: 1, delayed: 1 });
  });

  test.each([
    ['an empty body', { body: '' }, 'MissingRequiredParameterException'],
    ['a body over 1 MiB', { body: 'x'.repeat(1_048_577) }, 'InvalidParameterValueException'],
    ['a control character', { body: 'a\u0000b' }, 'InvalidMessageContents'],
    ['half a character', { body: '\ud800' }, 'InvalidMessageContents'],
    ['a delay over 15 minutes', { body: 'a', delaySeconds: 901 }, 'InvalidParameterValueException'],
    ['a deduplication id', { body: 'a', deduplicationId: '1' }, 'InvalidParameterValueException'],
    [
      'a valueless attribute',
      { body: 'a', attributes: { A: { DataType: 'String' } } },
      'InvalidParameterValueException',
    ],
  ])('refuses %s', (_, message, code) => {
    const queue = createQueue(aQueue(), handClock());
    expect(() => queue.send(message)).toThrow(expect.objectContaining({ code }));
    expect(queue.counts().visible).toBe(0);
  });

  test('takes a body of exactly 1 MiB and every character that XML knows', () => {
    const queue = createQueue(aQueue(), handClock());
    queue.send({ body: 'x'.repeat(1_048_576) });
    queue.send({ body: '\t\n\r é 漢 😀' });
    expect(queue.counts().visible).toBe(2);
  });
});

describe('a redrive policy', () => {
  test('moves a message to the dead-letter queue at the receive that would be one too many', async () => {
    const clock = handClock(1_000);
    const dead = createQueue(aQueue({ name: 'dead' }), clock);
    const queue = createQueue(
      aQueue({ visibilityTimeoutMs: 1_000, redrive: { target: () => dead, maxReceiveCount: 2 } }),
      clock,
    );
    const attributes = { Kind: { DataType: 'String', StringValue: 'x' } };
    const { messageId } = queue.send({ body: 'poison', attributes });
    for (const attempt of ['1', '2']) {
      const [message] = await receive(queue);
      expect(message?.attributes.ApproximateReceiveCount).toBe(attempt);
      clock.advance(1_000);
    }
    expect(dead.counts().visible).toBe(0);
    const buried = dead.receive({ max: 1, waitMs: 20_000 });
    expect(await bodies(queue)).toEqual([]);
    const [moved] = await buried;
    expect(moved).toMatchObject({ messageId, body: 'poison', messageAttributes: attributes });
    expect(moved?.attributes).toMatchObject({
      ApproximateReceiveCount: '3',
      SentTimestamp: '1000',
      DeadLetterQueueSourceArn: queue.arn,
    });
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  test('lets the messages behind a poisoned one through, also in its group', async () => {
    const clock = handClock();
    const dead = createQueue(aQueue({ name: 'dead.fifo', fifo: true }), clock);
    const redrive = { target: () => dead, maxReceiveCount: 1 };
    const queue = createQueue(aQueue({ fifo: true, visibilityTimeoutMs: 1_000, redrive }), clock);
    queue.send({ body: 'poison', groupId: 'g', deduplicationId: '1' });
    queue.send({ body: 'next', groupId: 'g', deduplicationId: '2' });
    expect(await bodies(queue, 1)).toEqual(['poison']);
    clock.advance(1_000);
    expect(await bodies(queue, 1)).toEqual(['next']);
    expect(await bodies(dead)).toEqual(['poison']);
  });
});

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

  test('gives rising sequence numbers', () => {
    const queue = createQueue(fifo(), handClock());
    const numbers = Array.from(
      { length: 12 },
      (_, n) => queue.send({ body: `${n}`, groupId: 'g' }).sequenceNumber ?? '',
    );
    expect(numbers).toEqual([...numbers].sort());
    expect(new Set(numbers).size).toBe(12);
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
        else if (held[step.nth] !== undefined) {
          queue.changeVisibility(held[step.nth]?.handle ?? '', 0);
          held.splice(step.nth, 1);
        }
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
