/** A standard queue as the service may be on a bad day: messages come late, and again while they are being handled. */
import type { Faults } from '../../engine/chaos/faults.ts';
import type { LocalQueue } from './queue.ts';

/** Nothing is lost. A FIFO queue promises more, and is left as it is. */
export function chaoticQueue(queue: LocalQueue, faults: Faults): LocalQueue {
  if (queue.fifo) return queue;
  const { name, definition } = queue;
  return {
    ...queue,
    send(message) {
      const isLate = message.delaySeconds === undefined && faults.strikes('reorder', name);
      return queue.send(isLate ? { ...message, delaySeconds: Math.ceil(definition.delayMs / 1_000) + 1 } : message);
    },
    async receive(options) {
      const messages = await queue.receive(options);
      for (const { receiptHandle } of messages) {
        if (faults.strikes('duplicate', name)) queue.changeVisibility(receiptHandle, 0);
      }
      return messages;
    },
  };
}
