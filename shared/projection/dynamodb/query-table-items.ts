/**
 * The items of a query table, key (`key`, `sort`). Every key begins with the projection's version, so versions live side by
 * side: a row stands at (`v1#account-42`, `row`), an entry at (`v1#owner#Ada`, `entry#` with its position), and what the engine
 * notes at (`v1!…`), which is no key of a stream or an entry. Which version is active stands at (`active`, `note`).
 */
import type { StreamId } from '#shared/event/index.ts';
import { type PackedText, packText, unpackText } from '#shared/event-store/index.ts';
import { assertEntryFits, assertEntryKeyFits, assertRowFits } from '../item-limits.ts';
import { ENTRY_SORT, ROW_SORT, type VersionItem } from '../projection-versions.ts';
import {
  type Entry,
  type EntryKey,
  entryPosition,
  type ListedEntry,
  parsePosition,
  type StoredRow,
} from '../query-table.ts';

export const ACTIVE_KEY = { key: 'active', sort: 'note' };

const KEY = /^v(\d+)([#!])(.*)$/s;

/** What the key of an item says of it; nothing when the item is of no version. */
export function parseKey(
  key: string,
): { readonly version: number; readonly text: string; readonly isNote: boolean } | undefined {
  const [, version, kind, text = ''] = KEY.exec(key) ?? [];
  return version === undefined ? undefined : { version: Number(version), text, isNote: kind === '!' };
}

export type RowItem = Omit<StoredRow, 'row'> & { readonly row: PackedText };

/** Sorts behind every entry: no text begins with it. */
const BEHIND_ENTRIES = 'entry$';

export function queryTableItems(version: number) {
  const keyOf = (text: string) => `v${version}#${text}`;
  const noteOf = (name: string) => `v${version}!${name}`;

  /** Throws `invalid-identifier` when key or sort are too long to be a key. */
  function entryKey(stream: StreamId, { key, sort }: EntryKey) {
    const entry = { key: keyOf(key), sort: `${ENTRY_SORT}${entryPosition(sort, stream)}` };
    assertEntryKeyFits(stream, entry);
    return entry;
  }

  const rowKey = (stream: StreamId) => ({ key: keyOf(stream), sort: ROW_SORT });

  return {
    rowKey,
    entryKey,
    parkedKey: (stream: StreamId) => ({ key: noteOf('parked'), sort: stream }),
    noteKey: (name: string) => ({ key: noteOf(name), sort: 'note' }),

    /** Throws `row-too-large`. */
    rowItem(stream: StreamId, { row, ...rest }: StoredRow) {
      const item = { ...rowKey(stream), ...rest, row: packText(JSON.stringify(row)) };
      assertRowFits(stream, item);
      return item;
    },

    /** Throws `row-too-large` and `invalid-identifier`. */
    entryItem(stream: StreamId, entry: Entry) {
      const item = { ...entryKey(stream, entry), value: packText(JSON.stringify(entry.value)) };
      assertEntryFits(stream, item);
      return item;
    },

    /** The entries of a key, from the one at `after` on, that one included. */
    entryRange: (key: string, after: string | undefined, descending: boolean) => ({
      ':key': keyOf(key),
      ':first': `${ENTRY_SORT}${descending ? '' : (after ?? '')}`,
      ':last': descending && after !== undefined ? `${ENTRY_SORT}${after}` : BEHIND_ENTRIES,
    }),
  };
}

export const storedRow = ({ watermark, row, announced, parked }: RowItem): StoredRow => ({
  watermark,
  row: JSON.parse(unpackText(row)),
  ...(announced !== undefined && { announced }),
  ...(parked !== undefined && { parked }),
});

export function listedEntry({ sort, value }: Record<string, unknown>): ListedEntry {
  const position = String(sort).slice(ENTRY_SORT.length);
  return { ...parsePosition(position), position, value: JSON.parse(unpackText(value as PackedText)) }; // written as entryItem
}

/** Of an item that {@link parseKey} finds to be no note. `sort` is `row`, or the position of an entry behind a mark. */
export const versionItem = (item: Record<string, unknown>): VersionItem => {
  const [key, sort] = [String(item.key), String(item.sort)];
  const { version = 0, text = '' } = parseKey(key) ?? {};
  const packed = (sort === ROW_SORT ? item.row : item.value) as PackedText; // written as rowItem or entryItem
  return { version, key: text, sort, content: JSON.parse(unpackText(packed)) };
};
