/** A queue refuses what SQS refuses, and takes what it takes. */
import { describe, expect, test } from 'vitest';
import { createQueue } from '../../../../../infra/local/services/sqs/local-queue.ts';
import { handClock } from '../../engine/hand-clock.ts';
import { aQueue } from './a-queue.ts';

describe('a standard queue', () => {
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

  test('takes no more than its own limit', () => {
    const queue = createQueue(aQueue({ maximumBytes: 1_024 }), handClock());
    queue.send({ body: 'x'.repeat(1_024) });
    expect(() => queue.send({ body: 'x'.repeat(1_025) })).toThrow('Message must be shorter than 1024 bytes.');
    expect(queue.counts().visible).toBe(1);
  });

  test('takes a body of exactly 1 MiB and every character that XML knows', () => {
    const queue = createQueue(aQueue(), handClock());
    queue.send({ body: 'x'.repeat(1_048_576) });
    queue.send({ body: '\t\n\r é 漢 😀' });
    expect(queue.counts().visible).toBe(2);
  });
});
