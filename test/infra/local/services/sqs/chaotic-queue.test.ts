/** A queue on a bad day keeps what SQS promises: nothing is lost, and FIFO is FIFO. */
import { expect, it } from 'vitest';
import { chaoticQueue } from '../../../../../infra/local/services/sqs/chaotic-queue.ts';
import { createQueue } from '../../../../../infra/local/services/sqs/local-queue.ts';
import type { LocalQueue } from '../../../../../infra/local/services/sqs/queue.ts';
import { scriptedFaults } from '../../../../support/scripted-faults.ts';
import { handClock } from '../../engine/hand-clock.ts';
import { aQueue } from './a-queue.ts';

const bodies = async (queue: LocalQueue) => (await queue.receive({ max: 10, waitMs: 0 })).map(({ body }) => body);

it('A message comes again while it is being handled, until a day is good again', async () => {
  const faults = scriptedFaults();
  const queue = chaoticQueue(createQueue(aQueue(), handClock()), faults);
  queue.send({ body: 'a' });
  faults.active.add('duplicate');
  expect(await bodies(queue)).toEqual(['a']);
  faults.active.clear();
  expect(await bodies(queue)).toEqual(['a']);
  expect(await bodies(queue)).toEqual([]);
});

it('A message comes a second later than those that were sent after it', async () => {
  const [clock, faults] = [handClock(), scriptedFaults()];
  const queue = chaoticQueue(createQueue(aQueue(), clock), faults);
  faults.active.add('reorder');
  queue.send({ body: 'a' });
  faults.active.clear();
  queue.send({ body: 'b' });
  expect(await bodies(queue)).toEqual(['b']);
  clock.advance(1_000);
  expect(await bodies(queue)).toEqual(['a']);
});

it('A FIFO queue is left as it is', () => {
  const queue = createQueue(aQueue({ fifo: true }), handClock());
  expect(chaoticQueue(queue, scriptedFaults())).toBe(queue);
});
