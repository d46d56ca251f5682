/** What does ReceiveMessage show of a message? The attributes that were asked for, no others. */
import type { MessageAttribute, ReceivedMessage } from '../ports.ts';
import { md5OfAttributes } from './digest.ts';

export type Asked = { readonly system: readonly string[]; readonly message: readonly string[] };

export function shown(message: ReceivedMessage, asked: Asked): Record<string, unknown> {
  const attributes = pick(message.attributes, (name) => asked.system.includes('All') || asked.system.includes(name));
  const messageAttributes = pick(message.messageAttributes, (name) =>
    asked.message.some((pattern) => named(name, pattern)),
  );
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: message.md5OfBody,
    Body: message.body,
    Attributes: attributes,
    MessageAttributes: messageAttributes,
    MD5OfMessageAttributes: messageAttributes && md5OfAttributes(messageAttributes),
  };
}

/** `All`, `.*`, a prefix as `order.*`, or the name itself. */
function named(name: string, pattern: string): boolean {
  if (pattern === 'All' || pattern === '.*') return true;
  return pattern.endsWith('.*') ? name.startsWith(pattern.slice(0, -2)) : name === pattern;
}

/** Undefined rather than empty, as the service leaves out what there is nothing of. */
function pick<Value extends string | MessageAttribute>(
  values: Readonly<Record<string, Value>>,
  wanted: (name: string) => boolean,
): Record<string, Value> | undefined {
  const entries = Object.entries(values).filter(([name]) => wanted(name));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
