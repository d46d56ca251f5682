/** A queue and its messages as everything else sees them, and the digests that SQS gives for a message. */
import { createHash } from 'node:crypto';

export type MessageAttribute = {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
};

export type NewMessage = {
  readonly body: string;
  readonly attributes?: Readonly<Record<string, MessageAttribute>>;
  readonly delaySeconds?: number;
  /** FIFO queues need it; standard queues carry it along. */
  readonly groupId?: string;
  /** FIFO queues only. */
  readonly deduplicationId?: string;
  /** Set only by a queue that gives a message up to its dead-letter queue: the message keeps its identity and its age. */
  readonly moved?: {
    readonly messageId: string;
    readonly sentAt: number;
    readonly firstReceivedAt?: number;
    readonly receiveCount: number;
    readonly fromArn: string;
  };
};

export type ReceivedMessage = {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly md5OfBody: string;
  readonly messageAttributes: Readonly<Record<string, MessageAttribute>>;
  /** System attributes as SQS names them: ApproximateReceiveCount, SentTimestamp, MessageGroupId, ... */
  readonly attributes: Readonly<Record<string, string>>;
};

/** What a queue is made from. All times in milliseconds. */
export type QueueDefinition = {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly fifo: boolean;
  readonly contentBasedDeduplication?: boolean;
  /** The same deduplication id in another group is another message. */
  readonly deduplicatesByGroup?: boolean;
  /** Of body and attributes of one message; without it the most that SQS takes. */
  readonly maximumBytes?: number;
  readonly visibilityTimeoutMs: number;
  readonly delayMs: number;
  readonly retentionMs: number;
  readonly receiveWaitMs: number;
  readonly redrive?: { readonly target: () => LocalQueue; readonly maxReceiveCount: number };
};

/** A running queue, standard or FIFO. All times in milliseconds. */
export type LocalQueue = {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly fifo: boolean;
  readonly definition: QueueDefinition;
  /** Throws `SqsError` for a message that SQS refuses. */
  send(message: NewMessage): { messageId: string; md5OfBody: string; sequenceNumber?: string };
  /** Up to `max` messages, hidden for the visibility timeout; waits up to `waitMs` for the first one. */
  receive(options: {
    max: number;
    waitMs: number;
    visibilityTimeoutMs?: number;
    signal?: AbortSignal;
  }): Promise<ReceivedMessage[]>;
  /** True when the handle was current. */
  delete(receiptHandle: string): boolean;
  changeVisibility(receiptHandle: string, timeoutMs: number): boolean;
  counts(): { visible: number; inFlight: number; delayed: number };
  /** Removes every message, in flight or not. */
  purge(): void;
  stop(): void;
};

export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

const STRING_VALUE = 1;
const BINARY_VALUE = 2;

/**
 * The digest of message attributes, or undefined when there are none: for each attribute in order of name the length
 * and bytes of its name and type, one byte for its kind, the length and bytes of its value (SQS developer guide,
 * "Calculating the MD5 message digest for message attributes").
 */
export function md5OfAttributes(attributes: Readonly<Record<string, MessageAttribute>>): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const add = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const { DataType = '', StringValue, BinaryValue } = attributes[name] ?? {};
    add(Buffer.from(name));
    add(Buffer.from(DataType));
    hash.update(Buffer.from([BinaryValue === undefined ? STRING_VALUE : BINARY_VALUE]));
    add(BinaryValue === undefined ? Buffer.from(StringValue ?? '') : Buffer.from(BinaryValue, 'base64'));
  }
  return hash.digest('hex');
}
