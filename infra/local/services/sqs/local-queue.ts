/** An SQS queue that lives in memory. */
import { createHash, randomUUID } from 'node:crypto';
import { type Clock, systemClock } from '../../engine/local-clock.ts';
import { refuseUnacceptable } from './acceptable-message.ts';
import { type LocalQueue, md5, type NewMessage, type QueueDefinition, type ReceivedMessage } from './queue.ts';
import {
  count,
  isInFlight,
  nextVisibleAt,
  readReceipt,
  type StoredMessage,
  systemAttributes,
  takeable,
  writeReceipt,
} from './stored-messages.ts';

/** How long a FIFO queue remembers a deduplication id. */
const DEDUPLICATION_MS = 5 * 60_000;

const NUMBERS_IN_A_MILLISECOND = 1_000_000n;

type Receive = Parameters<LocalQueue['receive']>[0];
type Waiting = { readonly options: Receive; give(messages: ReceivedMessage[]): void };
type Sent = ReturnType<LocalQueue['send']>;

/**
 * A queue with the semantics of SQS: at least once, hidden while in flight, to the dead-letter queue at the receive
 * that would exceed `maxReceiveCount`, in order by group when FIFO. A waiting receive is answered in the same turn in
 * which a message arrives or becomes visible. Stricter than a standard queue of the service only in that it never
 * reorders or duplicates by itself.
 */
export function createQueue(definition: QueueDefinition, clock: Clock = systemClock): LocalQueue {
  const { name, arn, url, fifo, redrive } = definition;
  const stored = new Map<string, StoredMessage>();
  const sentBefore = new Map<string, { readonly at: number; readonly answer: Sent }>();
  let waiting: Waiting[] = [];
  let cancelWake: () => void = () => {};
  // Of a queue that was started later they are higher, as those of the service are.
  let sequence = BigInt(clock.now()) * NUMBERS_IN_A_MILLISECOND;
  let stopped = false;

  function send(message: NewMessage): Sent {
    refuseUnacceptable(message, definition);
    const now = clock.now();
    const deduplicationId = fifo
      ? (message.deduplicationId ?? createHash('sha256').update(message.body).digest('hex'))
      : undefined;
    const sameAs = definition.deduplicatesByGroup && fifo ? `${message.groupId} ${deduplicationId}` : deduplicationId;
    if (sameAs !== undefined && message.moved === undefined) {
      for (const [id, { at }] of sentBefore) if (at + DEDUPLICATION_MS <= now) sentBefore.delete(id);
      const before = sentBefore.get(sameAs);
      // A sender compares the digest with what it has sent, also when that is left out.
      if (before !== undefined) return { ...before.answer, md5OfBody: md5(message.body) };
    }
    sequence += 1n;
    const added: StoredMessage = {
      messageId: message.moved?.messageId ?? randomUUID(),
      body: message.body,
      md5OfBody: md5(message.body),
      messageAttributes: message.attributes ?? {},
      sentAt: message.moved?.sentAt ?? now,
      groupId: message.groupId,
      deduplicationId,
      sequenceNumber: fifo ? String(sequence).padStart(20, '0') : undefined,
      movedFrom: message.moved?.fromArn,
      receiveCount: message.moved?.receiveCount ?? 0,
      receivesHere: 0,
      firstReceivedAt: message.moved?.firstReceivedAt,
      visibleAt: now + (message.delaySeconds === undefined ? definition.delayMs : message.delaySeconds * 1000),
    };
    stored.set(added.messageId, added);
    const { messageId, md5OfBody, sequenceNumber } = added;
    const answer = sequenceNumber === undefined ? { messageId, md5OfBody } : { messageId, md5OfBody, sequenceNumber };
    if (sameAs !== undefined) sentBefore.set(sameAs, { at: now, answer });
    serve();
    return answer;
  }

  function dropExpired(now: number): void {
    for (const [id, { sentAt }] of stored) if (sentAt + definition.retentionMs <= now) stored.delete(id);
  }

  function take({ max, visibilityTimeoutMs = definition.visibilityTimeoutMs }: Receive): ReceivedMessage[] {
    const now = clock.now();
    dropExpired(now);
    let found = takeable(stored, { max, fifo, now });
    while (redrive !== undefined && found.some((message) => message.receivesHere >= redrive.maxReceiveCount)) {
      for (const message of found)
        if (message.receivesHere >= redrive.maxReceiveCount) giveUp(message, redrive.target());
      found = takeable(stored, { max, fifo, now });
    }
    return found.map((message) => {
      message.receivesHere += 1;
      message.receiveCount += 1;
      message.firstReceivedAt ??= now;
      message.visibleAt = now + visibilityTimeoutMs;
      return {
        messageId: message.messageId,
        receiptHandle: writeReceipt({ queueArn: arn, messageId: message.messageId, receive: message.receivesHere }),
        body: message.body,
        md5OfBody: message.md5OfBody,
        messageAttributes: message.messageAttributes,
        attributes: systemAttributes(message),
      };
    });
  }

  function giveUp(message: StoredMessage, target: LocalQueue): void {
    const { messageId, body, messageAttributes, groupId, deduplicationId, sentAt, firstReceivedAt, receiveCount } =
      message;
    stored.delete(messageId);
    const moved = { messageId, sentAt, firstReceivedAt, receiveCount, fromArn: arn };
    target.send({ body, attributes: messageAttributes, groupId, deduplicationId, delaySeconds: 0, moved });
  }

  /** Answers the waiting receives, oldest first, and sleeps until the next message becomes visible. */
  function serve(): void {
    while (waiting[0] !== undefined) {
      const messages = take(waiting[0].options);
      if (messages.length === 0) break;
      waiting[0].give(messages);
    }
    cancelWake();
    const next = waiting.length > 0 ? nextVisibleAt(stored, clock.now()) : undefined;
    cancelWake = next === undefined ? () => {} : clock.at(next, serve);
  }

  function wait(options: Receive): Promise<ReceivedMessage[]> {
    return new Promise((resolve) => {
      const cancel = clock.at(clock.now() + options.waitMs, () => entry.give([]));
      const abort = () => entry.give([]);
      const entry: Waiting = {
        options,
        give(messages) {
          cancel();
          options.signal?.removeEventListener('abort', abort);
          waiting = waiting.filter((other) => other !== entry);
          resolve(messages);
        },
      };
      options.signal?.addEventListener('abort', abort, { once: true });
      waiting.push(entry);
      if (!stopped) serve();
    });
  }

  /** The message whose latest receive gave the handle. A FIFO queue's handle ends with its visibility timeout. */
  function current(receiptHandle: string): StoredMessage | undefined {
    const receipt = readReceipt(receiptHandle);
    const message = receipt?.queueArn === arn ? stored.get(receipt.messageId) : undefined;
    if (message === undefined || message.receivesHere !== receipt?.receive) return undefined;
    return fifo && !isInFlight(message, clock.now()) ? undefined : message;
  }

  return {
    name,
    arn,
    url,
    fifo,
    definition,
    send,
    async receive(options) {
      if (options.signal?.aborted) return [];
      const messages = stopped ? [] : take(options);
      return messages.length > 0 || options.waitMs <= 0 ? messages : wait(options);
    },
    delete(receiptHandle) {
      const message = current(receiptHandle);
      if (message === undefined) return false;
      stored.delete(message.messageId);
      serve();
      return true;
    },
    changeVisibility(receiptHandle, timeoutMs) {
      const message = current(receiptHandle);
      const now = clock.now();
      if (message === undefined || !isInFlight(message, now)) return false;
      message.visibleAt = now + timeoutMs;
      serve();
      return true;
    },
    counts() {
      dropExpired(clock.now());
      return count(stored, clock.now());
    },
    purge() {
      stored.clear();
    },
    stop() {
      stopped = true;
      cancelWake();
      for (const receive of waiting) receive.give([]);
    },
  };
}
