/** What a client asks of SNS in the form of the query protocol. */
import type { MessageAttribute } from '../sqs/queue.ts';
import { MAXIMUM_BYTES, notificationBytes } from './acceptable-notification.ts';
import { invalidParameter, SnsError } from './sns-error.ts';
import type { NewNotification } from './topic.ts';

export type BatchEntry = { readonly id: string; readonly notification: NewNotification };

/** The message that the members under `prefix` describe. Throws {@link SnsError}. */
export function notificationOf(form: URLSearchParams, prefix = ''): NewNotification {
  const member = (name: string) => form.get(`${prefix}${name}`) ?? undefined;
  const message = member('Message');
  if (message === undefined) throw invalidParameter('Empty message');
  const structure = member('MessageStructure');
  if (structure !== undefined && structure !== 'json') throw invalidParameter('MessageStructure');
  return {
    message: structure === undefined ? message : byProtocol(message),
    subject: member('Subject'),
    attributes: attributesOf(form, `${prefix}MessageAttributes.entry.`),
    groupId: member('MessageGroupId'),
    deduplicationId: member('MessageDeduplicationId'),
  };
}

const MAXIMUM_ENTRIES = 10;

/** The entries of a batch, each of which is published by itself. Throws {@link SnsError} for a batch that is refused as a whole. */
export function batchOf(form: URLSearchParams): BatchEntry[] {
  const prefixes = numbered(form, 'PublishBatchRequestEntries.member.');
  if (prefixes.length === 0) throw new SnsError('EmptyBatchRequest', 'The batch request does not contain any entries.');
  if (prefixes.length > MAXIMUM_ENTRIES) {
    const text = `The batch request contains more entries than permissible (${MAXIMUM_ENTRIES}).`;
    throw new SnsError('TooManyEntriesInBatchRequest', text);
  }
  const entries = prefixes.map((prefix) => ({
    id: form.get(`${prefix}Id`) ?? '',
    notification: notificationOf(form, prefix),
  }));
  for (const { id } of entries) {
    if (/^[\w-]{1,80}$/.test(id)) continue;
    throw new SnsError(
      'InvalidBatchEntryId',
      'The Id of a batch entry in a batch request does not abide by the specification.',
    );
  }
  if (new Set(entries.map(({ id }) => id)).size < entries.length) {
    throw new SnsError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  }
  if (entries.reduce((sum, { notification }) => sum + notificationBytes(notification), 0) > MAXIMUM_BYTES) {
    throw new SnsError(
      'BatchRequestTooLong',
      'The length of all the batch messages put together is more than the limit.',
    );
  }
  return entries;
}

function byProtocol(text: string): Record<string, string> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw invalidParameter('Message Structure - JSON message body failed to parse');
  }
  const texts = Object.entries(Object(parsed)).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  const messages = Object.fromEntries(texts);
  if (messages.default === undefined) {
    throw invalidParameter('Message Structure - No default entry in JSON message body');
  }
  return messages;
}

function attributesOf(form: URLSearchParams, prefix: string): Record<string, MessageAttribute> {
  const entries = numbered(form, prefix).map((entry): [string, MessageAttribute] => {
    const value = (name: string) => form.get(`${entry}Value.${name}`) ?? undefined;
    const [text, binary] = [value('StringValue'), value('BinaryValue')];
    const attribute = {
      DataType: value('DataType') ?? '',
      ...(text !== undefined && { StringValue: text }),
      ...(binary !== undefined && { BinaryValue: binary }),
    };
    return [form.get(`${entry}Name`) ?? '', attribute];
  });
  return Object.fromEntries(entries);
}

/** `<prefix>1.`, `<prefix>2.` … as far as the form has members of them. */
function numbered(form: URLSearchParams, prefix: string): string[] {
  const found = new Set<string>();
  for (const name of form.keys()) {
    const [number] = name.startsWith(prefix) ? name.slice(prefix.length).split('.') : [];
    if (number !== undefined && /^\d+$/.test(number)) found.add(`${prefix}${number}.`);
  }
  return [...found].sort(
    (one, other) => Number.parseInt(one.slice(prefix.length), 10) - Number.parseInt(other.slice(prefix.length), 10),
  );
}
