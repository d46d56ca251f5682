/** Which MD5 digests does SQS give for a message, so that a client can check what arrived? */
import { createHash } from 'node:crypto';
import type { MessageAttribute } from '../ports.ts';

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
