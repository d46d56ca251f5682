/** A stream is named `category-id`: the category says which decider folds it, the id is the client's. */
import { KitError } from './kit-error.ts';

declare const streamId: unique symbol;

/** `account-42`. Made only by this file, so a StreamId is always well formed. */
export type StreamId = string & { readonly [streamId]: true };

/** What a client may use as an id: safe in a path without encoding. */
const ID_PATTERN = /^[A-Za-z0-9_.~-]{1,128}$/;

const CATEGORY_PATTERN = /^[a-z][a-z0-9]{0,31}$/;

export const isId = (text: string): boolean => ID_PATTERN.test(text);

export const isCategory = (text: string): boolean => CATEGORY_PATTERN.test(text);

/** Throws `invalid-identifier` when the category or the id is not well formed. */
export function toStreamId(category: string, id: string): StreamId {
  if (!isCategory(category) || !isId(id)) {
    throw new KitError(
      'invalid-identifier',
      `"${category}-${id}" is not a stream: category [a-z][a-z0-9]*, id [A-Za-z0-9_.~-]{1,128}.`,
    );
  }
  return `${category}-${id}` as StreamId; // just checked
}

/** The stream that a text names, or nothing when it names none. */
export function parseStreamId(text: string): StreamId | undefined {
  const dash = text.indexOf('-');
  const wellFormed = dash > 0 && isCategory(text.slice(0, dash)) && isId(text.slice(dash + 1));
  return wellFormed ? (text as StreamId) : undefined; // just checked
}

export const categoryOf = (stream: StreamId): string => stream.slice(0, stream.indexOf('-'));
