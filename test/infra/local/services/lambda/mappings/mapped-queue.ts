/** A queue on a hand-moved clock and a mapping that brings its messages to a plain function, for tests. */
import { onTestFinished } from 'vitest';
import type { InvocationResult } from '../../../../../../infra/local/services/lambda/lambda-function.ts';
import type { QueueMappingDefinition } from '../../../../../../infra/local/services/lambda/mappings/mapping-definitions.ts';
import { startQueueMapping } from '../../../../../../infra/local/services/lambda/mappings/queue-mapping.ts';
import { createQueue } from '../../../../../../infra/local/services/sqs/local-queue.ts';
import { handClock } from '../../../engine/hand-clock.ts';
import { aQueue } from '../../sqs/a-queue.ts';
import { functionOf, recordedLog } from './plain-functions.ts';

export type Event = { Records: { messageId: string; body: string; attributes: Record<string, string> }[] };
export const bodies = (event: unknown) => (event as Event).Records.map(({ body }) => body);

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
    onTestFinished(() => mapping.stop());
    return mapping;
  };
  return { queue, clock, target, lines, start, ...target };
}

export const empty = { visible: 0, inFlight: 0, delayed: 0 };
