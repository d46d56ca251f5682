/**
 * The messages of a queue: which may be taken now, and which receipt handle belongs to which receive. Pure: the time
 * is always given.
 */
import type { MessageAttribute } from './queue.ts';

export type StoredMessage = {
  readonly messageId: string;
  readonly body: string;
  readonly md5OfBody: string;
  readonly messageAttributes: Readonly<Record<string, MessageAttribute>>;
  readonly sentAt: number;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  readonly sequenceNumber?: string;
  /** The queue that gave the message up, when this one is its dead-letter queue. */
  readonly movedFrom?: string;
  /** Receives in all queues, as ApproximateReceiveCount says. */
  receiveCount: number;
  /** Receives in this queue, as the redrive policy counts. */
  receivesHere: number;
  firstReceivedAt?: number;
  /** Hidden until then: delayed before the first receive here, in flight after it. */
  visibleAt: number;
};

/** By message id, in the order in which they were sent. */
export type StoredMessages = ReadonlyMap<string, StoredMessage>;

export function isInFlight(message: StoredMessage, now: number): boolean {
  return message.receivesHere > 0 && message.visibleAt > now;
}

/**
 * At most `max` visible messages, oldest first. In a FIFO queue a group gives nothing while an older message of it
 * is delayed or any message of it is in flight, and gives its messages in the order in which they were sent.
 */
export function takeable(
  stored: StoredMessages,
  { max, fifo, now }: { max: number; fifo: boolean; now: number },
): StoredMessage[] {
  const closed = new Set<string | undefined>();
  if (fifo) for (const message of stored.values()) if (isInFlight(message, now)) closed.add(message.groupId);
  const found: StoredMessage[] = [];
  for (const message of stored.values()) {
    if (found.length >= max) break;
    if (fifo && closed.has(message.groupId)) continue;
    if (message.visibleAt <= now) found.push(message);
    else closed.add(message.groupId);
  }
  return found;
}

/** When the next hidden message becomes visible; undefined when none is hidden. */
export function nextVisibleAt(stored: StoredMessages, now: number): number | undefined {
  let next: number | undefined;
  for (const { visibleAt } of stored.values()) {
    if (visibleAt > now && (next === undefined || visibleAt < next)) next = visibleAt;
  }
  return next;
}

export function count(stored: StoredMessages, now: number): { visible: number; inFlight: number; delayed: number } {
  const counts = { visible: 0, inFlight: 0, delayed: 0 };
  for (const message of stored.values()) {
    if (message.visibleAt <= now) counts.visible += 1;
    else if (message.receivesHere > 0) counts.inFlight += 1;
    else counts.delayed += 1;
  }
  return counts;
}

const LOCAL_SENDER = 'AIDALOCALDEVELOPMENT';

/** The system attributes that SQS gives with a message. */
export function systemAttributes(message: StoredMessage): Record<string, string> {
  return {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentAt),
    SenderId: LOCAL_SENDER,
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
    ...(message.groupId === undefined ? {} : { MessageGroupId: message.groupId }),
    ...(message.deduplicationId === undefined ? {} : { MessageDeduplicationId: message.deduplicationId }),
    ...(message.sequenceNumber === undefined ? {} : { SequenceNumber: message.sequenceNumber }),
    ...(message.movedFrom === undefined ? {} : { DeadLetterQueueSourceArn: message.movedFrom }),
  };
}

/** What a receipt handle says: which receive, of which message, from which queue. */
export type Receipt = {
  readonly queueArn: string;
  readonly messageId: string;
  /** The message's how-manieth receive in this queue; only the latest one's handle is current. */
  readonly receive: number;
};

export function writeReceipt(receipt: Receipt): string {
  return Buffer.from(`${receipt.receive} ${receipt.messageId} ${receipt.queueArn}`).toString('base64');
}

/** Undefined for text that no local queue has given out. */
export function readReceipt(handle: string): Receipt | undefined {
  const match = /^(\d+) ([0-9a-f-]{36}) (arn:\S+)$/.exec(Buffer.from(handle, 'base64').toString());
  if (match === null) return undefined;
  const [, receive = '', messageId = '', queueArn = ''] = match;
  return { queueArn, messageId, receive: Number(receive) };
}
