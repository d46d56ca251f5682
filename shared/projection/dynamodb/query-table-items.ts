/**
 * The items of a query table, key (`key`, `sort`). Every key begins with the projection's version, so versions live side by
 * side: a row stands at (`v1#account-42`, `row`), an entry at (`v1#owner#Ada`, `entry#` with its position), and what the engine
 * notes at (`v1!…`), which is no key of a stream or an entry.
 */
import { KitError, type StreamId } from '#shared/event/index.ts';
import { itemBytes, MAXIMUM_ITEM_BYTES, type PackedText, packText, unpackText } from '#shared/event-store/index.ts';
import { type Entry, entryPosition, type ListedEntry, parsePosition, type StoredRow } from '../query-table.ts';

export type RowItem = Omit<StoredRow, 'row'> & { readonly row: PackedText };

const ENTRY = 'entry#';

/** Sorts behind every entry: no text begins with it. */
const BEHIND_ENTRIES = 'entry$';

/** Of a partition key and a sort key. Source: DynamoDB quotas. */
const MAXIMUM_KEY_BYTES = 2_048;
const MAXIMUM_SORT_BYTES = 1_024;

export function queryTableItems(version: number) {
  const keyOf = (text: string) => `v${version}#${text}`;
  const noteOf = (name: string) => `v${version}!${name}`;

  /** Throws `invalid-identifier` when key or sort are too long to be a key. */
  function entryKey(stream: StreamId, { key: text, sort: place }: Pick<Entry, 'key' | 'sort'>) {
    const [key, sort] = [keyOf(text), `${ENTRY}${entryPosition(place, stream)}`];
    if (Buffer.byteLength(key) <= MAXIMUM_KEY_BYTES && Buffer.byteLength(sort) <= MAXIMUM_SORT_BYTES)
      return { key, sort };
    const [fits, fitsSort] = [MAXIMUM_KEY_BYTES, MAXIMUM_SORT_BYTES];
    throw new KitError(
      'invalid-identifier',
      `An entry of ${stream} under "${text.slice(0, 50)}" has a key or sort that is too long: ${fits} and ${fitsSort} bytes fit.`,
    );
  }

  const rowKey = (stream: StreamId) => ({ key: keyOf(stream), sort: 'row' });

  return {
    rowKey,
    entryKey,
    parkedKey: (stream: StreamId) => ({ key: noteOf('parked'), sort: stream }),
    noteKey: (name: string) => ({ key: noteOf(name), sort: 'note' }),

    /** Throws `row-too-large` when the item would not fit into the table. */
    rowItem(stream: StreamId, { row, ...rest }: StoredRow) {
      const item = { ...rowKey(stream), ...rest, row: packText(JSON.stringify(row)) };
      const bytes = itemBytes(item);
      if (bytes <= MAXIMUM_ITEM_BYTES) return item;
      throw new KitError(
        'row-too-large',
        `The row of ${stream} takes ${bytes} bytes; at most ${MAXIMUM_ITEM_BYTES} fit. Keep what grows as entries.`,
      );
    },

    entryItem: (stream: StreamId, entry: Entry) => ({
      ...entryKey(stream, entry),
      value: packText(JSON.stringify(entry.value)),
    }),

    /** The entries of a key, from the one at `after` on, that one included. */
    entryRange: (key: string, after: string | undefined, descending: boolean) => ({
      ':key': keyOf(key),
      ':first': `${ENTRY}${descending ? '' : (after ?? '')}`,
      ':last': descending && after !== undefined ? `${ENTRY}${after}` : BEHIND_ENTRIES,
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
  const position = String(sort).slice(ENTRY.length);
  return { ...parsePosition(position), position, value: JSON.parse(unpackText(value as PackedText)) }; // written as entryItem
}
