/** How large is an item to DynamoDB? */

/** Digits of a number take a byte per two, and one or two more; its size is not worth finding out. */
const LARGEST_NUMBER = 21;

/**
 * Size of an item's attributes, names included, numbers at their largest: never less than the service counts, and at most a
 * few dozen bytes more. Source: DynamoDB developer guide, "DynamoDB item sizes and formats".
 */
export const itemBytes = (item: Readonly<Record<string, unknown>>): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);

/** A map takes 3 bytes, and 1 more for each member. */
function valueBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return LARGEST_NUMBER;
  if (value instanceof Uint8Array) return value.byteLength;
  if (typeof value !== 'object' || value === null) return 1;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return members.length + 3 + itemBytes(Object.fromEntries(members));
}
