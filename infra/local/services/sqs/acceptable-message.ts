/** The messages that a queue takes; any other is refused in the words of SQS. */
import type { MessageAttribute, NewMessage, QueueDefinition } from './queue.ts';
import { invalidParameter, SqsError } from './sqs-error.ts';

/** 1 MiB since August 2025, for one message and for a whole batch (SQS developer guide, "Message quotas"). */
export const MAXIMUM_BYTES = 1_048_576;
const MAXIMUM_ATTRIBUTES = 10;
const MAXIMUM_DELAY_SECONDS = 900;
const WRONG_QUEUE_TYPE = 'The request include parameter that is not valid for this queue type.';
/** SQS takes the characters of XML 1.0 only. */
const REFUSED_CHARACTER = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;
const GROUP_OR_DEDUPLICATION_ID = /^[\w!"#$%&'()*+,\-./:;<=>?@[\\\]^`{|}~]{1,128}$/;

/** Body and attributes as SQS counts them: UTF-8 bytes of the body and of each attribute's name, type and value. */
export function messageBytes({ body, attributes = {} }: Pick<NewMessage, 'body' | 'attributes'>): number {
  let bytes = Buffer.byteLength(body);
  for (const [name, { DataType, StringValue = '', BinaryValue = '' }] of Object.entries(attributes)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(DataType) + Buffer.byteLength(StringValue);
    bytes += Buffer.byteLength(BinaryValue, 'base64');
  }
  return bytes;
}

/** Throws {@link SqsError} with the code and, where it is known, the text of the service. */
export function refuseUnacceptable(message: NewMessage, queue: QueueDefinition): void {
  const { body, attributes = {}, delaySeconds, groupId, deduplicationId } = message;
  if (body === '') throw missing('MessageBody');
  if (REFUSED_CHARACTER.test(body)) {
    throw new SqsError(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are those of XML 1.0.',
    );
  }
  for (const [name, attribute] of Object.entries(attributes)) refuseAttribute(name, attribute);
  if (Object.keys(attributes).length > MAXIMUM_ATTRIBUTES) {
    const text = `Number of message attributes [${Object.keys(attributes).length}] exceeds the allowed maximum [10].`;
    throw new SqsError('InvalidParameterValueException', text);
  }
  const { maximumBytes = MAXIMUM_BYTES } = queue;
  if (messageBytes(message) > maximumBytes) {
    const text = `One or more parameters are invalid. Reason: Message must be shorter than ${maximumBytes} bytes.`;
    throw new SqsError('InvalidParameterValueException', text);
  }
  if (delaySeconds !== undefined) refuseDelay(delaySeconds, queue);
  for (const [name, value] of Object.entries({ MessageGroupId: groupId, MessageDeduplicationId: deduplicationId })) {
    if (value !== undefined && !GROUP_OR_DEDUPLICATION_ID.test(value)) {
      const reason = `${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`;
      throw invalidParameter(name, value, reason);
    }
  }
  if (queue.fifo && groupId === undefined) throw missing('MessageGroupId');
  if (queue.fifo && deduplicationId === undefined && !queue.contentBasedDeduplication) {
    const text =
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly';
    throw new SqsError('InvalidParameterValueException', text);
  }
  if (!queue.fifo && deduplicationId !== undefined) {
    throw invalidParameter('MessageDeduplicationId', deduplicationId, WRONG_QUEUE_TYPE);
  }
}

function refuseDelay(delaySeconds: number, queue: QueueDefinition): void {
  if (!Number.isInteger(delaySeconds) || delaySeconds < 0 || delaySeconds > MAXIMUM_DELAY_SECONDS) {
    throw invalidParameter('DelaySeconds', delaySeconds, 'DelaySeconds must be >= 0 and <= 900.');
  }
  if (queue.fifo && delaySeconds > 0) throw invalidParameter('DelaySeconds', delaySeconds, WRONG_QUEUE_TYPE);
}

function refuseAttribute(name: string, { DataType, StringValue, BinaryValue }: MessageAttribute): void {
  const refuse = (text: string) => new SqsError('InvalidParameterValueException', text);
  if (!/^[\w.-]{1,256}$/.test(name)) throw refuse(`The message attribute name '${name}' is invalid.`);
  if (!/^(String|Number|Binary)(\..+)?$/.test(DataType ?? '')) {
    throw refuse(
      `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
    );
  }
  const value = DataType.startsWith('Binary') ? BinaryValue : StringValue;
  if (value === undefined || value === '') {
    throw refuse(`The message (user) attribute '${name}' must contain a non-empty value of type '${DataType}'.`);
  }
  if (DataType.startsWith('Number') && !Number.isFinite(Number(value))) {
    throw refuse(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  }
}

function missing(parameter: string): SqsError {
  return new SqsError('MissingRequiredParameterException', `The request must contain the parameter ${parameter}.`);
}
