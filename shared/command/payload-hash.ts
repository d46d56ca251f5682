/** Are two commands with the same id the same command? */
import { createHash } from 'node:crypto';
import type { Command } from './command-definitions.ts';

/** A digest of name and data that does not depend on the order of keys; 128 bits, so two payloads never share one by chance. */
export const payloadHash = ({ what, data }: Command): string =>
  createHash('sha256')
    .update(JSON.stringify([what, data], sortedKeys))
    .digest('base64url')
    .slice(0, 22);

const sortedKeys = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;
