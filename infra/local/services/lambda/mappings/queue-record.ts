/** A queue's message as a function and its filters see it. */
import { type MessageAttribute, md5OfAttributes, type ReceivedMessage } from '../../sqs/queue.ts';

/** One record of Lambda's SQS event. */
export type QueueRecord = {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, unknown>>;
  readonly md5OfMessageAttributes?: string;
  readonly md5OfBody: string;
  readonly eventSource: 'aws:sqs';
  readonly eventSourceARN: string;
  readonly awsRegion: string;
};

export function queueRecord(message: ReceivedMessage, queueArn: string): QueueRecord {
  const digest = md5OfAttributes(message.messageAttributes);
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: message.attributes,
    messageAttributes: Object.fromEntries(
      Object.entries(message.messageAttributes).map(([name, attribute]) => [name, recordAttribute(attribute)]),
    ),
    ...(digest === undefined ? {} : { md5OfMessageAttributes: digest }),
    md5OfBody: message.md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: queueArn.split(':')[3] ?? '',
  };
}

function recordAttribute({ DataType, StringValue, BinaryValue }: MessageAttribute): Record<string, unknown> {
  const value = BinaryValue === undefined ? { stringValue: StringValue } : { binaryValue: BinaryValue };
  return { ...value, stringListValues: [], binaryListValues: [], dataType: DataType };
}

/** The record with a body that is a JSON object parsed, as filter patterns see it. */
export function filterable(record: QueueRecord): unknown {
  try {
    const body: unknown = JSON.parse(record.body);
    return typeof body === 'object' && body !== null ? { ...record, body } : record;
  } catch {
    return record;
  }
}
