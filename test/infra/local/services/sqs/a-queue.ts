/** A queue definition with the defaults of SQS, for tests that care about one property. */
import type { QueueDefinition } from '../../../../../infra/local/services/sqs/queue.ts';

export function aQueue(changes: Partial<QueueDefinition> = {}): QueueDefinition {
  const name = changes.name ?? (changes.fifo ? 'orders.fifo' : 'orders');
  return {
    name,
    arn: `arn:aws:sqs:eu-west-1:000000000000:${name}`,
    url: `http://127.0.0.1:9324/000000000000/${name}`,
    fifo: false,
    visibilityTimeoutMs: 30_000,
    delayMs: 0,
    retentionMs: 345_600_000,
    receiveWaitMs: 0,
    ...changes,
  };
}
