/** What must every row store do? Run over each of them. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { RowStore } from '#shared/projection/index.ts';

export const rowStoreContract = (name: string, createStore: () => RowStore) =>
  describe(`a row store ${name}`, () => {
    const newKey = () => `v1#tally-${randomUUID()}`;

    it('has no row until one is written', async () => {
      expect(await createStore().read(newKey())).toBeUndefined();
    });

    it('gives back what was written, with its watermark', async () => {
      const [store, key] = [createStore(), newKey()];
      const row = { text: 'ü€😀 "\\ \u0000', list: [1, null, { deep: [[]] }], empty: '', no: false, tiny: 5e-324 };
      expect(await store.write(key, { from: 0, watermark: 3, row })).toBe(true);
      expect(await store.read(key)).toEqual({ watermark: 3, row });
    });

    it.each([[null], [0], [''], [[]], ['text'], [1e21]])('keeps the row %j', async (row) => {
      const [store, key] = [createStore(), newKey()];
      await store.write(key, { from: 0, watermark: 1, row });
      expect(await store.read(key)).toEqual({ watermark: 1, row });
    });

    it('keeps a row of ten thousand lines, which as text would not fit into an item', async () => {
      const [store, key] = [createStore(), newKey()];
      const lines = Array.from({ length: 10_000 }, (_, line) => ({ on: '2026-01-01', what: 'Booked', total: line }));
      expect(JSON.stringify(lines).length).toBeGreaterThan(400 * 1024);
      expect(await store.write(key, { from: 0, watermark: 10_000, row: { lines } })).toBe(true);
      expect(await store.read(key)).toEqual({ watermark: 10_000, row: { lines } });
    });

    it('replaces a row whose watermark is still the one that was read', async () => {
      const [store, key] = [createStore(), newKey()];
      await store.write(key, { from: 0, watermark: 1, row: 'old' });
      expect(await store.write(key, { from: 1, watermark: 9, row: 'new' })).toBe(true);
      expect(await store.read(key)).toEqual({ watermark: 9, row: 'new' });
    });

    it.each([0, 1, 3, 9_007_199_254_740_991])('refuses to replace a row of version 2 from version %i', async (from) => {
      const [store, key] = [createStore(), newKey()];
      await store.write(key, { from: 0, watermark: 2, row: 'kept' });
      expect(await store.write(key, { from, watermark: 4, row: 'lost' })).toBe(false);
      expect(await store.read(key)).toEqual({ watermark: 2, row: 'kept' });
    });

    it('refuses to move on a row that is not there', async () => {
      const [store, key] = [createStore(), newKey()];
      expect(await store.write(key, { from: 1, watermark: 2, row: 'lost' })).toBe(false);
      expect(await store.read(key)).toBeUndefined();
    });

    it('lets one of many writers through, for a new row as for an old one', async () => {
      const [store, key] = [createStore(), newKey()];
      for (const from of [0, 1]) {
        const writers = Array.from({ length: 8 }, (_, writer) =>
          store.write(key, { from, watermark: from + 1, row: `${from}-${writer}` }),
        );
        const won = await Promise.all(writers);
        expect(won.filter((through) => through)).toHaveLength(1);
        expect(await store.read(key)).toEqual({ watermark: from + 1, row: `${from}-${won.indexOf(true)}` });
      }
    });

    it('keeps rows apart by their keys', async () => {
      const [store, one, other] = [createStore(), newKey(), newKey()];
      await store.write(one, { from: 0, watermark: 1, row: 'one' });
      await store.write(other, { from: 0, watermark: 5, row: 'other' });
      expect([await store.read(one), await store.read(other)]).toEqual([
        { watermark: 1, row: 'one' },
        { watermark: 5, row: 'other' },
      ]);
    });

    it('is not changed by what a caller does to a row', async () => {
      const [store, key] = [createStore(), newKey()];
      const row = { list: [1] };
      await store.write(key, { from: 0, watermark: 1, row });
      row.list.push(2);
      const read = (await store.read(key)) as { row: typeof row }; // as it was written
      read.row.list.push(3);
      expect((await store.read(key))?.row).toEqual({ list: [1] });
    });
  });
