/** How are rows kept in memory? As text, so that no caller can change a row behind the store's back. */
import type { RowStore, StoredRow } from '../row-store.ts';

export function createInMemoryRowStore(): RowStore {
  const rows = new Map<string, string>();
  const read = (key: string): StoredRow | undefined => {
    const text = rows.get(key);
    return text === undefined ? undefined : JSON.parse(text);
  };
  return {
    read: async (key) => read(key),
    async write(key, { from, watermark, row }) {
      if ((read(key)?.watermark ?? 0) !== from) return false;
      rows.set(key, JSON.stringify({ watermark, row }));
      return true;
    },
  };
}
