/** What SQS shows of a message and of a queue: the attributes that were asked for, no others. */
import { MAXIMUM_BYTES } from './acceptable-message.ts';
import { type LocalQueue, type MessageAttribute, md5OfAttributes, type ReceivedMessage } from './queue.ts';
import { SqsError } from './sqs-error.ts';

export type Asked = { readonly system: readonly string[]; readonly message: readonly string[] };

export function shown(message: ReceivedMessage, asked: Asked): Record<string, unknown> {
  const attributes = pick(message.attributes, (name) => asked.system.includes('All') || asked.system.includes(name));
  const messageAttributes = pick(message.messageAttributes, (name) =>
    asked.message.some((pattern) => named(name, pattern)),
  );
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: message.md5OfBody,
    Body: message.body,
    Attributes: attributes,
    MessageAttributes: messageAttributes,
    MD5OfMessageAttributes: messageAttributes && md5OfAttributes(messageAttributes),
  };
}

/** `All`, `.*`, a prefix as `order.*`, or the name itself. */
function named(name: string, pattern: string): boolean {
  if (pattern === 'All' || pattern === '.*') return true;
  return pattern.endsWith('.*') ? name.startsWith(pattern.slice(0, -2)) : name === pattern;
}

/** Undefined rather than empty, as the service leaves out what there is nothing of. */
function pick<Value extends string | MessageAttribute>(
  values: Readonly<Record<string, Value>>,
  wanted: (name: string) => boolean,
): Record<string, Value> | undefined {
  const entries = Object.entries(values).filter(([name]) => wanted(name));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

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
