/** A queue in memory keeps the promises of SQS. */
import { describe, expect, test } from 'vitest';
import { createQueue } from '../../../../../infra/local/services/sqs/local-queue.ts';
import type { LocalQueue } from '../../../../../infra/local/services/sqs/queue.ts';
import { handClock } from '../../engine/hand-clock.ts';
import { aQueue } from './a-queue.ts';

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
