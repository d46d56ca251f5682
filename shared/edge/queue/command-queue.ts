/** The queue of a context's accepted commands: first in, first out by stream. */
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { CommandQueue, QueuedCommand } from '#shared/command/index.ts';
import { orUnavailable } from '#shared/dynamodb/index.ts';
import { jsonDigest, KitError, type StreamId } from '#shared/event/index.ts';

/** Of one message. Source: SQS developer guide, message quotas. */
const MAXIMUM_BYTES = 1_048_576;

/** Numbers of one queue have up to so many digits, and are compared as text. Source: SQS API reference, SequenceNumber: 128 bits. */
const SEQUENCE_DIGITS = 39;

export const sequenceOf = (number: string): string => number.padStart(SEQUENCE_DIGITS, '0');

export function createCommandQueue(client: SQSClient, QueueUrl: string): CommandQueue {
  return {
    async send(command) {
      const MessageBody = messageText(command);
      if (Buffer.byteLength(MessageBody) > MAXIMUM_BYTES) {
        throw new KitError('commit-too-large', 'The data of the command, as JSON, is too large for a queue.');
      }
      const send = new SendMessageCommand({
        QueueUrl,
        MessageBody,
        MessageGroupId: groupOf(command.stream),
        MessageDeduplicationId: command.deduplicationId,
      });
      const { MessageId = '', SequenceNumber = '' } = await orUnavailable(() => client.send(send));
      return { message: MessageId, sequence: sequenceOf(SequenceNumber) };
    },
  };
}

/** A queue takes the characters of XML only, of which JSON leaves two unescaped. */
const messageText = (command: QueuedCommand): string =>
  JSON.stringify(command).replaceAll(/[\ufffe\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`);

/** Names of groups are shorter than those of streams may be. Source: SQS API reference, MessageGroupId. */
const MAXIMUM_GROUP_CHARACTERS = 128;

const groupOf = (stream: StreamId): string => (stream.length <= MAXIMUM_GROUP_CHARACTERS ? stream : jsonDigest(stream));
