/** Are two JSON values the same, whatever the order of their keys? */
import { createHash } from 'node:crypto';

/** 256 bits, in base64url: equal for equal values, and for no others but by a chance that can be neglected. */
export const jsonDigest = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value, sortedKeys)).digest('base64url');

const sortedKeys = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;
