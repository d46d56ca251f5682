/** Are two commands with the same id the same command? */
import { jsonDigest } from '#shared/store/index.ts';
import type { Command } from './command-definitions.ts';

/** A digest of name and data; 128 bits, so two payloads never share one by chance. */
export const payloadHash = ({ what, data }: Command): string => jsonDigest([what, data]).slice(0, 22);
