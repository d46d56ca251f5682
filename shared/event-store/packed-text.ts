/** A long text is kept in an item compressed with zstd; a short one stays readable. */
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';

export type PackedText = string | Uint8Array;

export const packText = (text: string): PackedText =>
  text.length <= READABLE_CHARACTERS ? text : zstdCompressSync(text);

/** The text that was packed, exactly. */
export const unpackText = (packed: PackedText): string =>
  typeof packed === 'string' ? packed : zstdDecompressSync(packed).toString('utf8');

/** DynamoDB counts writes by the KB: a shorter text gains nothing. */
const READABLE_CHARACTERS = 1_024;
