import type { StreamId } from '#shared/event/index.ts';
import {
  type ActiveVersion,
  ENTRY_SORT,
  type ItemKey,
  type ProjectionVersions,
  ROW_SORT,
  type VersionItem,
} from '../projection-versions.ts';
import { type InMemoryContent, noContent, queryTableOn } from './in-memory-query-table.ts';

/** Without a time, older than any log. */
export function createInMemoryProjectionVersions(createdAt = new Date(0)): ProjectionVersions {
  const contents = new Map<number, InMemoryContent>();
  let active: string | undefined;

  function contentOf(version: number): InMemoryContent {
    const content = contents.get(version) ?? noContent();
    contents.set(version, content);
    return content;
  }

  const itemsOf = (version: number): VersionItem[] => {
    const { rows, entries } = contentOf(version);
    return [
      ...[...rows].map(([key, text]) => ({ version, key, sort: ROW_SORT, content: JSON.parse(text).row })),
      ...[...entries].flatMap(([key, ofKey]) =>
        [...ofKey].map(([position, text]) => ({
          version,
          key,
          sort: `${ENTRY_SORT}${position}`,
          content: JSON.parse(text),
        })),
      ),
    ];
  };

  function read({ version, key, sort }: ItemKey): VersionItem[] {
    const { rows, entries } = contentOf(version);
    if (sort === ROW_SORT) {
      const text = rows.get(key as StreamId); // rows stand under their streams
      return text === undefined ? [] : [{ version, key, sort, content: JSON.parse(text).row }];
    }
    const text = entries.get(key)?.get(sort.slice(ENTRY_SORT.length));
    return text === undefined ? [] : [{ version, key, sort, content: JSON.parse(text) }];
  }

  return {
    table: (version) => queryTableOn(contentOf(version)),

    createdAt: async () => createdAt,

    readActive: async () => (active === undefined ? undefined : (JSON.parse(active) as ActiveVersion)), // written below

    async writeActive({ from, to }) {
      if (active !== (from === undefined ? undefined : JSON.stringify(from))) return false;
      active = JSON.stringify(to);
      return true;
    },

    async scan(each) {
      for (const version of [...contents.keys()]) await each(itemsOf(version));
    },

    read: async (keys) => keys.flatMap(read),

    async dropAllBut(kept) {
      const dropped = [...contents.keys()].filter((version) => version !== kept);
      const items = dropped.flatMap(itemsOf).length;
      for (const version of dropped) {
        const { rows, entries, notes } = contentOf(version);
        for (const all of [notes, rows, entries]) all.clear();
      }
      return items;
    },
  };
}
