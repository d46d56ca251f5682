/** The messages that a topic takes; any other is refused in the words of SNS. */
import { messageBytes } from '../sqs/acceptable-message.ts';
import type { MessageAttribute } from '../sqs/queue.ts';
import { invalidParameter, SnsError } from './sns-error.ts';
import type { NewNotification, TopicDefinition } from './topic.ts';

/** Of message and attributes, and of all messages of a batch (SNS developer guide, "Quotas"). */
export const MAXIMUM_BYTES = 262_144;
/** SNS API reference, `Publish`: ASCII text without line breaks, shorter than 100 characters, not beginning with a space. */
const SUBJECT = /^[\x21-\x7e][\x20-\x7e]{0,99}$/;
const ID = /^[\x21-\x7e]{1,128}$/;

/** The texts in a message, all of them. */
function textsOf(message: NewNotification['message']): readonly string[] {
  return typeof message === 'string' ? [message] : Object.values(message);
}

export function notificationBytes({ message, attributes }: NewNotification): number {
  return messageBytes({ body: textsOf(message).join(''), attributes });
}

/** Throws {@link SnsError}. */
export function refuseUnacceptable(notification: NewNotification, topic: TopicDefinition): void {
  const { message, subject, attributes = {}, groupId, deduplicationId } = notification;
  if (textsOf(message).some((text) => text === '')) throw invalidParameter('Empty message');
  if (notificationBytes(notification) > MAXIMUM_BYTES) throw invalidParameter('Message too long');
  if (subject !== undefined && !SUBJECT.test(subject)) throw invalidParameter('Subject');
  for (const [name, attribute] of Object.entries(attributes)) refuseAttribute(name, attribute);
  if (groupId !== undefined && !ID.test(groupId)) throw invalidParameter('MessageGroupId Reason: 1 to 128 characters');
  if (!topic.fifo) {
    if (deduplicationId !== undefined) {
      throw invalidParameter(
        'MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type',
      );
    }
    return;
  }
  if (groupId === undefined) throw invalidParameter('The MessageGroupId parameter is required for FIFO topics');
  if (deduplicationId === undefined && !topic.contentBasedDeduplication) {
    throw invalidParameter(
      'The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }
  if (deduplicationId !== undefined && !ID.test(deduplicationId)) {
    throw invalidParameter('MessageDeduplicationId Reason: 1 to 128 characters');
  }
}

function refuseAttribute(name: string, { DataType, StringValue, BinaryValue }: MessageAttribute): void {
  const refuse = (text: string) => new SnsError('ParameterValueInvalid', text);
  if (!/^[\w.-]{1,256}$/.test(name)) throw refuse(`Invalid attribute name '${name}'.`);
  if (!/^(String|String\.Array|Number|Binary)(\..+)?$/.test(DataType)) {
    throw refuse(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  }
  const value = DataType.startsWith('Binary') ? BinaryValue : StringValue;
  if (!value)
    throw refuse(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${DataType}'.`,
    );
  if (DataType.startsWith('Number') && !Number.isFinite(Number(value))) {
    throw refuse(`Could not cast message attribute '${name}' value to number.`);
  }
}
