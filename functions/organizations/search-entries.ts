/**
 * A title is found by the beginnings of its words: an entry stands under each beginning of each word, in the order of titles.
 * A search reads the entries of one beginning, that of the longest word asked for, and passes over titles without the others.
 */
import { comparable, comparableWords } from './comparable-name.ts';

export const titleTypes = ['Organization', 'Person'] as const;

export type TitleType = (typeof titleTypes)[number];

/** What a search finds. */
export type SearchResult = {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly type: TitleType;
};

/** What a longer word has more than this is checked with what is read: few other words begin the same. */
const INDEXED_CHARACTERS = 8;

/** Those of one type stand by themselves too, so that the few of one are not looked for among the many of the other. */
const keyOf = (beginning: string, type?: TitleType) => `titles#${type ?? ''}#${beginning}`;

const beginningOf = (word: string, characters = INDEXED_CHARACTERS) => [...word].slice(0, characters).join('');

/** Two for each beginning of a word of the title: some dozens for a name of a few words. */
export function searchEntries(value: SearchResult) {
  const characters = Array.from({ length: INDEXED_CHARACTERS }, (_, index) => index + 1);
  const words = comparableWords(value.title);
  const beginnings = new Set(words.flatMap((word) => characters.map((count) => beginningOf(word, count))));
  const sort = comparable(value.title);
  return [...beginnings].flatMap((beginning) => [
    { key: keyOf(beginning), sort, value },
    { key: keyOf(beginning, value.type), sort, value },
  ]);
}

/** The titles in which every word asked for begins a word, in their order. */
export function searchList(asked: string, type?: TitleType) {
  const wanted = comparableWords(asked);
  const [longest = ''] = wanted.toSorted((one, other) => [...other].length - [...one].length);
  return {
    key: keyOf(beginningOf(longest), type),
    keep(value: unknown) {
      const words = comparableWords((value as SearchResult).title); // put by searchEntries alone
      return wanted.every((beginning) => words.some((word) => word.startsWith(beginning)));
    },
  };
}
