/** What does GetQueueAttributes say of a queue? */
import type { LocalQueue } from '../ports.ts';
import { MAXIMUM_BYTES } from './acceptable.ts';
import { SqsError } from './sqs-error.ts';

/** The attributes that were asked for (`All` for every one); throws {@link SqsError} for a name that no queue has. */
export function queueAttributes(queue: LocalQueue, names: readonly string[]): Record<string, string> {
  const { definition, fifo } = queue;
  const { visible, inFlight, delayed } = queue.counts();
  const seconds = (ms: number) => String(Math.floor(ms / 1000));
  const all: Record<string, string | undefined> = {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    VisibilityTimeout: seconds(definition.visibilityTimeoutMs),
    DelaySeconds: seconds(definition.delayMs),
    MessageRetentionPeriod: seconds(definition.retentionMs),
    ReceiveMessageWaitTimeSeconds: seconds(definition.receiveWaitMs),
    MaximumMessageSize: String(definition.maximumBytes ?? MAXIMUM_BYTES),
    RedrivePolicy:
      definition.redrive &&
      JSON.stringify({
        deadLetterTargetArn: definition.redrive.target().arn,
        maxReceiveCount: definition.redrive.maxReceiveCount,
      }),
    FifoQueue: fifo ? 'true' : undefined,
    ContentBasedDeduplication: fifo ? String(definition.contentBasedDeduplication === true) : undefined,
    DeduplicationScope: fifo ? (definition.deduplicatesByGroup ? 'messageGroup' : 'queue') : undefined,
  };
  const asked = names.includes('All') ? Object.keys(all) : names;
  const answer: Record<string, string> = {};
  for (const name of asked) {
    if (!Object.hasOwn(all, name)) throw new SqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
    const value = all[name];
    if (value !== undefined) answer[name] = value;
  }
  return answer;
}
