/** A cursor is opaque to who holds it, and good for the one query and key that it was made for. */
import { jsonDigest } from '#shared/event/index.ts';

/** The query and the key that a cursor belongs to. */
type Scope = readonly unknown[];

const CHECK_CHARACTERS = 12;

const checkOf = (scope: Scope | undefined, position: string) =>
  jsonDigest([scope ?? null, position]).slice(0, CHECK_CHARACTERS);

export const cursorText = (scope: Scope | undefined, position: string): string =>
  checkOf(scope, position) + Buffer.from(position).toString('base64url');

/** The position in a cursor, or nothing when the cursor is none, was changed, or belongs to something else. */
export function parseCursor(scope: Scope | undefined, cursor: string): string | undefined {
  const position = Buffer.from(cursor.slice(CHECK_CHARACTERS), 'base64url').toString();
  return cursor === cursorText(scope, position) ? position : undefined;
}
