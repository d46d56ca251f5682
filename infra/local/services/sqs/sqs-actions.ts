/** What each SQS action does to the queues. */
import { MAXIMUM_BYTES, messageBytes } from './acceptable-message.ts';
import { type LocalQueue, md5OfAttributes, type NewMessage } from './queue.ts';
import { queueAttributes, shown } from './sqs-answers.ts';
import { invalidParameter, SqsError } from './sqs-error.ts';
import { eachEntry, inputs, read, type SentMessage } from './sqs-requests.ts';
import type { SQS_ACTIONS } from './sqs-rights.ts';
import { readReceipt } from './stored-messages.ts';

type Queues = ReadonlyMap<string, LocalQueue>;
/** The signal ends when the caller hangs up, so that no message is handed to nobody. */
export type Action = (queues: Queues, body: unknown, signal: AbortSignal) => unknown;

/** Every action that the local SQS knows, by its name in `X-Amz-Target`. Each throws {@link SqsError} to refuse. */
export const actions: Readonly<Record<(typeof SQS_ACTIONS)[number], Action>> = {
  SendMessage(queues, body) {
    const input = read(inputs.sendMessage, body);
    return send(queueOf(queues, input.QueueUrl), input);
  },
  SendMessageBatch(queues, body) {
    const { QueueUrl, Entries } = read(inputs.sendMessageBatch, body);
    const queue = queueOf(queues, QueueUrl);
    const bytes = Entries.reduce((sum, entry) => sum + messageBytes(newMessage(entry)), 0);
    if (bytes > MAXIMUM_BYTES) {
      const text = `Batch requests cannot be longer than ${MAXIMUM_BYTES} bytes. You have sent ${bytes} bytes.`;
      throw new SqsError('BatchRequestTooLong', text);
    }
    return eachEntry(Entries, (entry) => send(queue, entry));
  },
  async ReceiveMessage(queues, body, signal) {
    const input = read(inputs.receiveMessage, body);
    const queue = queueOf(queues, input.QueueUrl);
    inRange('MaxNumberOfMessages', input.MaxNumberOfMessages, 1, 10);
    inRange('WaitTimeSeconds', input.WaitTimeSeconds, 0, 20);
    inRange('VisibilityTimeout', input.VisibilityTimeout, 0, LONGEST_VISIBILITY_SECONDS);
    const messages = await queue.receive({
      max: input.MaxNumberOfMessages,
      waitMs: input.WaitTimeSeconds === undefined ? queue.definition.receiveWaitMs : input.WaitTimeSeconds * 1000,
      visibilityTimeoutMs: input.VisibilityTimeout === undefined ? undefined : input.VisibilityTimeout * 1000,
      signal,
    });
    if (messages.length === 0) return {};
    const system = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
    return {
      Messages: messages.map((message) => shown(message, { system, message: input.MessageAttributeNames ?? [] })),
    };
  },
  DeleteMessage(queues, body) {
    const input = read(inputs.deleteMessage, body);
    return remove(queueOf(queues, input.QueueUrl), input.ReceiptHandle);
  },
  DeleteMessageBatch(queues, body) {
    const { QueueUrl, Entries } = read(inputs.deleteMessageBatch, body);
    const queue = queueOf(queues, QueueUrl);
    return eachEntry(Entries, (entry) => remove(queue, entry.ReceiptHandle));
  },
  ChangeMessageVisibility(queues, body) {
    const input = read(inputs.changeMessageVisibility, body);
    return changeVisibility(queueOf(queues, input.QueueUrl), input);
  },
  ChangeMessageVisibilityBatch(queues, body) {
    const { QueueUrl, Entries } = read(inputs.changeMessageVisibilityBatch, body);
    const queue = queueOf(queues, QueueUrl);
    return eachEntry(Entries, (entry) => changeVisibility(queue, entry));
  },
  GetQueueUrl(queues, body) {
    return { QueueUrl: queueOf(queues, read(inputs.getQueueUrl, body).QueueName).url };
  },
  GetQueueAttributes(queues, body) {
    const input = read(inputs.getQueueAttributes, body);
    return { Attributes: queueAttributes(queueOf(queues, input.QueueUrl), input.AttributeNames ?? []) };
  },
  PurgeQueue(queues, body) {
    queueOf(queues, read(inputs.purgeQueue, body).QueueUrl).purge();
    return {};
  },
  ListQueues(queues, body) {
    const { QueueNamePrefix = '' } = read(inputs.listQueues, body);
    return {
      QueueUrls: [...queues.values()].filter(({ name }) => name.startsWith(QueueNamePrefix)).map(({ url }) => url),
    };
  },
};

const LONGEST_VISIBILITY_SECONDS = 12 * 60 * 60;

/** By the last part of its URL, whatever host the caller knows the local cloud by. */
function queueOf(queues: Queues, urlOrName: string): LocalQueue {
  const wanted = urlOrName.slice(urlOrName.lastIndexOf('/') + 1);
  for (const queue of queues.values()) if (queue.name === wanted) return queue;
  throw new SqsError(
    'QueueDoesNotExist',
    `The specified queue does not exist: no queue of the template is named ${wanted}.`,
  );
}

function newMessage(input: SentMessage): NewMessage {
  return {
    body: input.MessageBody,
    attributes: input.MessageAttributes,
    delaySeconds: input.DelaySeconds,
    groupId: input.MessageGroupId,
    deduplicationId: input.MessageDeduplicationId,
  };
}

function send(queue: LocalQueue, input: SentMessage): Record<string, string | undefined> {
  const { messageId, md5OfBody, sequenceNumber } = queue.send(newMessage(input));
  return {
    MessageId: messageId,
    MD5OfMessageBody: md5OfBody,
    MD5OfMessageAttributes: md5OfAttributes(input.MessageAttributes ?? {}),
    SequenceNumber: sequenceNumber,
  };
}

/** A stale handle of a standard queue is accepted and does nothing, as in the service; a FIFO queue says that it is late. */
function remove(queue: LocalQueue, handle: string): Record<string, never> {
  refuseForeign(queue, handle);
  if (!queue.delete(handle) && queue.fifo) {
    throw invalidParameter('ReceiptHandle', handle, 'The receipt handle has expired.');
  }
  return {};
}

function changeVisibility(
  queue: LocalQueue,
  { ReceiptHandle, VisibilityTimeout }: { ReceiptHandle: string; VisibilityTimeout: number },
): Record<string, never> {
  refuseForeign(queue, ReceiptHandle);
  inRange('VisibilityTimeout', VisibilityTimeout, 0, LONGEST_VISIBILITY_SECONDS);
  if (!queue.changeVisibility(ReceiptHandle, VisibilityTimeout * 1000)) {
    throw new SqsError('MessageNotInflight', 'The message referred to is not in flight.');
  }
  return {};
}

function refuseForeign(queue: LocalQueue, handle: string): void {
  if (readReceipt(handle)?.queueArn === queue.arn) return;
  throw new SqsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`);
}

function inRange(name: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return;
  throw invalidParameter(name, value, `Must be between ${least} and ${most}, if provided.`);
}
