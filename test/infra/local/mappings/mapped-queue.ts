/** A queue on a hand-moved clock and a mapping that brings its messages to a plain function, for tests. */
import { afterEach } from 'vitest';
import { startQueueMapping } from '../../../../infra/local/mappings/queue-mapping.ts';
import type { InvocationResult, QueueMappingDefinition, Running } from '../../../../infra/local/ports.ts';
import { createQueue } from '../../../../infra/local/queues/local-queue.ts';
import { aQueue } from '../queues/a-queue.ts';
import { handClock } from '../queues/hand-clock.ts';
import { functionOf, recordedLog } from './functions.ts';

export type Event = { Records: { messageId: string; body: string; attributes: Record<string, string> }[] };
export const bodies = (event: unknown) => (event as Event).Records.map(({ body }) => body);

const running: Running[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((mapping) => mapping.stop()));
});

/** `start` begins the mapping; it is stopped after the test. */
export function mapped(
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

export const empty = { visible: 0, inFlight: 0, delayed: 0 };
