import { hash } from 'node:crypto';

/**
 * 256 bits, in base64url: equal for equal values, whatever the order of their keys, and for no others but by a chance that can
 * be neglected. Throws RangeError when the value is nested too deeply.
 */
export const jsonDigest = (value: unknown): string => hash('sha256', JSON.stringify(value, sortedKeys), 'base64url');

const sortedKeys = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;
