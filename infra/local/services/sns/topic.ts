/** A topic, its subscriptions and a message as everything else sees them. */
import type { LocalFunction } from '../lambda/lambda-function.ts';
import type { LocalQueue, MessageAttribute } from '../sqs/queue.ts';

export type NewNotification = {
  /** By protocol where they differ (`MessageStructure: json`). */
  readonly message: string | Readonly<Record<string, string>>;
  readonly subject?: string | undefined;
  readonly attributes?: Readonly<Record<string, MessageAttribute>> | undefined;
  /** FIFO topics need it. */
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
};

/** A message on its way to one subscription. */
export type Notification = {
  readonly messageId: string;
  readonly topicArn: string;
  readonly message: string;
  readonly subject?: string | undefined;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  /** ISO 8601 with milliseconds. */
  readonly timestamp: string;
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
  /** FIFO topics only. */
  readonly sequenceNumber?: string | undefined;
};

export type Endpoint =
  | { readonly kind: 'queue'; readonly queue: LocalQueue; readonly raw: boolean }
  | { readonly kind: 'function'; readonly target: LocalFunction }
  /** A person, who reads it in the log. */
  | { readonly kind: 'person'; readonly protocol: string; readonly address: string };

export type Subscription = {
  readonly arn: string;
  readonly endpoint: Endpoint;
  readonly passes: (notification: Notification) => boolean;
  readonly deadLetterQueue?: LocalQueue | undefined;
};

export type TopicDefinition = {
  readonly name: string;
  readonly arn: string;
  readonly fifo: boolean;
  readonly contentBasedDeduplication: boolean;
};

export type Published = { readonly messageId: string; readonly sequenceNumber?: string };

export type LocalTopic = {
  readonly name: string;
  readonly arn: string;
  readonly fifo: boolean;
  subscribe(subscription: Subscription): void;
  /** Throws `SnsError` for a message that SNS refuses. Deliveries follow by themselves. */
  publish(notification: NewNotification): Published;
};
