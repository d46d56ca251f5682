/** A message as a queue and as a function receive it. */
import type { MessageAttribute } from '../sqs/queue.ts';
import type { Notification, Subscription } from './topic.ts';

/** The body of a queue's message, without raw delivery. A FIFO topic signs nothing. */
export function queueBody(notification: Notification, { arn }: Subscription): string {
  const { messageId, topicArn, subject, message, timestamp, sequenceNumber, attributes } = notification;
  return JSON.stringify({
    Type: 'Notification',
    MessageId: messageId,
    ...(sequenceNumber !== undefined && { SequenceNumber: sequenceNumber }),
    TopicArn: topicArn,
    ...(subject !== undefined && { Subject: subject }),
    Message: message,
    Timestamp: timestamp,
    ...(sequenceNumber === undefined && { ...SIGNATURE, SigningCertURL: signingCertificate(topicArn) }),
    UnsubscribeURL: unsubscribeUrl(arn),
    ...(Object.keys(attributes).length > 0 && { MessageAttributes: shownAttributes(attributes) }),
  });
}

/** What a function is invoked with. */
export function functionEvent(notification: Notification, { arn }: Subscription): unknown {
  const { messageId, topicArn, subject, message, timestamp, attributes } = notification;
  const Sns = {
    Type: 'Notification',
    MessageId: messageId,
    TopicArn: topicArn,
    Subject: subject ?? null,
    Message: message,
    Timestamp: timestamp,
    ...SIGNATURE,
    SigningCertUrl: signingCertificate(topicArn),
    UnsubscribeUrl: unsubscribeUrl(arn),
    MessageAttributes: shownAttributes(attributes),
  };
  return { Records: [{ EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn: arn, Sns }] };
}

/** No key of the service is here to sign with. */
const SIGNATURE = { SignatureVersion: '1', Signature: 'LOCAL' };

function signingCertificate(topicArn: string): string {
  return `https://sns.${topicArn.split(':')[3]}.amazonaws.com/SimpleNotificationService-local.pem`;
}

function unsubscribeUrl(subscriptionArn: string): string {
  const region = subscriptionArn.split(':')[3];
  return `https://sns.${region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`;
}

function shownAttributes(attributes: Readonly<Record<string, MessageAttribute>>) {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: BinaryValue ?? StringValue ?? '' },
    ]),
  );
}
