/** A topic that lives in memory: what is published goes to every subscription whose filter it passes. */
import { createHash, randomUUID } from 'node:crypto';
import { type Clock, systemClock } from '../../engine/local-clock.ts';
import type { Log } from '../../engine/log.ts';
import type { LocalQueue, NewMessage } from '../sqs/queue.ts';
import { refuseUnacceptable } from './acceptable-notification.ts';
import { functionEvent, queueBody } from './notification-forms.ts';
import { invalidParameter } from './sns-error.ts';
import type { LocalTopic, NewNotification, Notification, Published, Subscription, TopicDefinition } from './topic.ts';

/** How long a FIFO topic remembers a deduplication id. */
const DEDUPLICATION_MS = 5 * 60_000;
const FIRST_SEQUENCE_NUMBER = 10_000_000_000_000_000_000n;

/**
 * Every subscription gets a message by itself, in the order of publishing; one that refuses it for good gives it to its dead-letter
 * queue, or the log says that it is lost. Nothing here fails for a while, so nothing is tried again.
 */
export function createTopic(definition: TopicDefinition, log: Log, clock: Clock = systemClock): LocalTopic {
  const { name, arn, fifo } = definition;
  const subscriptions: Subscription[] = [];
  const publishedBefore = new Map<string, { readonly at: number; readonly answer: Published }>();
  let sequence = FIRST_SEQUENCE_NUMBER;

  async function deliver(subscription: Subscription, notification: Notification): Promise<void> {
    try {
      await handOver(subscription, notification, log);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      giveUp(subscription, notification, reason, log);
    }
  }

  return {
    name,
    arn,
    fifo,
    subscribe: (subscription) => void subscriptions.push(subscription),
    publish(given) {
      refuseUnacceptable(given, definition);
      const now = clock.now();
      const deduplicationId = fifo ? (given.deduplicationId ?? sha256(messageFor(given, 'default'))) : undefined;
      for (const [id, { at }] of publishedBefore) if (at + DEDUPLICATION_MS <= now) publishedBefore.delete(id);
      const before = deduplicationId === undefined ? undefined : publishedBefore.get(deduplicationId);
      if (before !== undefined) return before.answer;
      sequence += 1n;
      const sequenceNumber = fifo ? String(sequence) : undefined;
      const answer = { messageId: randomUUID(), ...(sequenceNumber !== undefined && { sequenceNumber }) };
      if (deduplicationId !== undefined) publishedBefore.set(deduplicationId, { at: now, answer });
      for (const subscription of subscriptions) {
        const notification: Notification = {
          ...answer,
          topicArn: arn,
          message: messageFor(given, PROTOCOLS[subscription.endpoint.kind]),
          subject: given.subject,
          attributes: given.attributes ?? {},
          timestamp: new Date(now).toISOString(),
          groupId: given.groupId,
          deduplicationId,
        };
        if (subscription.passes(notification)) void deliver(subscription, notification);
      }
      return answer;
    },
  };
}

const PROTOCOLS = { queue: 'sqs', function: 'lambda', person: 'email' } as const;

function messageFor({ message }: NewNotification, protocol: string): string {
  if (typeof message === 'string') return message;
  const text = message[protocol] ?? message.default;
  if (text === undefined) throw invalidParameter('Message Structure - No default entry in JSON message body');
  return text;
}

async function handOver(subscription: Subscription, notification: Notification, log: Log): Promise<void> {
  const { endpoint } = subscription;
  const { message, topicArn, subject } = notification;
  if (endpoint.kind === 'queue') endpoint.queue.send(queueMessage(subscription, notification, endpoint.queue));
  else if (endpoint.kind === 'function') await endpoint.target.invokeAsync(functionEvent(notification, subscription));
  else {
    const text = subject === undefined ? message : `${subject}: ${message}`;
    log('info', nameIn(topicArn), `${endpoint.protocol} to ${endpoint.address}: ${text}`);
  }
}

/** For the queue of a subscription, or the one that gets what it refuses, in the same form. */
function queueMessage(subscription: Subscription, notification: Notification, { fifo }: LocalQueue): NewMessage {
  const { endpoint } = subscription;
  const { message, attributes, groupId, deduplicationId } = notification;
  const raw = endpoint.kind === 'queue' && endpoint.raw;
  return {
    ...(raw ? { body: message, attributes } : { body: queueBody(notification, subscription) }),
    ...(fifo && { groupId, deduplicationId }),
  };
}

function giveUp(subscription: Subscription, notification: Notification, reason: string, log: Log): void {
  const { arn, deadLetterQueue } = subscription;
  const source = nameIn(notification.topicArn);
  if (deadLetterQueue === undefined) {
    log('error', source, `a message is lost to ${arn}: ${reason}`);
    return;
  }
  try {
    deadLetterQueue.send(queueMessage(subscription, notification, deadLetterQueue));
    log('warn', source, `a message for ${arn} is moved to ${deadLetterQueue.name}: ${reason}`);
  } catch (error) {
    log(
      'error',
      source,
      `a message is lost to ${arn}: ${reason}; ${deadLetterQueue.name} refused it: ${String(error)}`,
    );
  }
}

function nameIn(topicArn: string): string {
  return topicArn.split(':').at(-1) ?? topicArn;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
