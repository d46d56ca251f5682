/** Names are kept as they were written and compared as people read them. */
import * as z from 'zod/mini';

/**
 * A text in the form in which names are compared: names with the same form are the same name. Case, width, ligatures, how an
 * accent is encoded, invisible characters, outer blanks and the number of inner blanks make no difference; accents,
 * punctuation and whether there is a blank do. It is Unicode's NFKC with case folding, so `STRASSE` is `straße`; the form of
 * the form is itself.
 */
export const comparable = (text: string): string =>
  text
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .normalize('NFKC')
    // Three steps fold case: ẞ becomes ß, ß becomes SS, SS becomes ss. A sigma is written in two ways, by its place.
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .normalize('NFKC')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** A run of letters, digits and signs; where there is none, what stands between blanks. */
export function comparableWords(text: string): string[] {
  const form = comparable(text);
  return form.match(/[\p{L}\p{M}\p{N}\p{S}]+/gu) ?? form.split(' ').filter((word) => word !== '');
}

const MAXIMUM_CHARACTERS = 200;

/** Three bytes for each character, as of a Chinese name; only ligatures that stand for many letters need more. */
const MAXIMUM_COMPARABLE_BYTES = 600;

/** What is said of a name holds for every text that is looked for in names too. */
export const name = z.string().check(
  z.trim(),
  z.minLength(1),
  z.maxLength(MAXIMUM_CHARACTERS),
  z.regex(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*$/u, 'Use no control characters and no line breaks.'),
  z.refine((text) => text === '' || comparable(text) !== '', 'There is nothing to read in it.'),
  z.refine(
    (text) => Buffer.byteLength(comparable(text)) <= MAXIMUM_COMPARABLE_BYTES,
    'It is too long when its ligatures are written as letters.',
  ),
);
