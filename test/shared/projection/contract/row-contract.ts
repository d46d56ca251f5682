/** What every query table does with rows. */
import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { QueryTable } from '#shared/projection/index.ts';
import { tally } from '../../../support/tally.ts';

/** A change of a row without entries. */
export const rowOnly = (from: number, watermark: number, row: unknown = `row ${watermark}`) => ({
  from,
  watermark,
  row,
  put: [],
  remove: [],
});

export const newStream = () => tally(randomUUID());

/** Text that does not become shorter in the table, of so many bytes. */
export const incompressible = (bytes: number) =>
  randomBytes(Math.ceil(bytes / 2))
    .toString('hex')
    .slice(0, bytes);

export const rowContract = (tableOf: (version?: number) => QueryTable) =>
  describe('a row', () => {
    it('is not there until it is written', async () => {
      expect(await tableOf().read(newStream())).toBeUndefined();
    });

    it('is given back as it was written, with its watermark', async () => {
      const [table, stream] = [tableOf(), newStream()];
      const row = { text: 'ü€😀 "\\ \u0000', list: [1, null, { deep: [[]] }], empty: '', no: false, tiny: 5e-324 };
      expect(await table.write(stream, rowOnly(0, 3, row))).toBe(true);
      for (const consistent of [true, false]) {
        expect(await table.read(stream, { consistent })).toEqual({ watermark: 3, row });
      }
    });

    it.each([[null], [0], [''], [[]], ['text'], [1e21]])('can be %j', async (row) => {
      const [table, stream] = [tableOf(), newStream()];
      await table.write(stream, rowOnly(0, 1, row));
      expect(await table.read(stream)).toEqual({ watermark: 1, row });
    });

    it('can have ten thousand members, which as text would not fit into an item', async () => {
      const [table, stream] = [tableOf(), newStream()];
      const members = Array.from({ length: 10_000 }, (_, total) => ({ on: '2026-01-01', what: 'Booked', total }));
      expect(JSON.stringify(members).length).toBeGreaterThan(400 * 1024);
      expect(await table.write(stream, rowOnly(0, 10_000, { members }))).toBe(true);
      expect(await table.read(stream)).toEqual({ watermark: 10_000, row: { members } });
    });

    it('is replaced when its watermark is still the one that was read', async () => {
      const [table, stream] = [tableOf(), newStream()];
      await table.write(stream, rowOnly(0, 1, 'old'));
      expect(await table.write(stream, rowOnly(1, 9, 'new'))).toBe(true);
      expect(await table.read(stream)).toEqual({ watermark: 9, row: 'new' });
    });

    it.each([0, 1, 3, Number.MAX_SAFE_INTEGER])('of version 2 is not replaced from version %i', async (from) => {
      const [table, stream] = [tableOf(), newStream()];
      await table.write(stream, rowOnly(0, 2, 'kept'));
      expect(await table.write(stream, rowOnly(from, 4, 'lost'))).toBe(false);
      expect(await table.read(stream)).toEqual({ watermark: 2, row: 'kept' });
    });

    it('that is not there is not moved on', async () => {
      const [table, stream] = [tableOf(), newStream()];
      expect(await table.write(stream, rowOnly(1, 2, 'lost'))).toBe(false);
      expect(await table.read(stream)).toBeUndefined();
    });

    it('takes one of many writers, when it is new as when it is old', async () => {
      const [table, stream] = [tableOf(), newStream()];
      for (const from of [0, 1]) {
        const writers = Array.from({ length: 8 }, (_, writer) =>
          table.write(stream, rowOnly(from, from + 1, `${from}-${writer}`)),
        );
        const won = await Promise.all(writers);
        expect(won.filter((through) => through)).toHaveLength(1);
        expect(await table.read(stream)).toEqual({ watermark: from + 1, row: `${from}-${won.indexOf(true)}` });
      }
    });

    it('is not changed by what a caller does to what was written or read', async () => {
      const [table, stream] = [tableOf(), newStream()];
      const row = { list: [1] };
      await table.write(stream, rowOnly(0, 1, row));
      row.list.push(2);
      const read = (await table.read(stream)) as { row: typeof row }; // as it was written
      read.row.list.push(3);
      expect((await table.read(stream))?.row).toEqual({ list: [1] });
    });

    it('is read with up to a hundred others; those that are not there are left out', async () => {
      const table = tableOf();
      const streams = Array.from({ length: 100 }, newStream);
      const written = streams.slice(0, 60);
      await Promise.all(written.map((stream, index) => table.write(stream, rowOnly(0, index + 1))));
      for (const consistent of [true, false]) {
        const found = await table.readMany([...streams, ...streams.slice(0, 3)], { consistent });
        expect(new Map(found)).toEqual(
          new Map(written.map((stream, index) => [stream, { watermark: index + 1, row: `row ${index + 1}` }])),
        );
      }
      expect((await table.readMany([])).size).toBe(0);
    });

    it('of one version of the projection stands beside that of another', async () => {
      const [one, other, stream] = [tableOf(1), tableOf(2), newStream()];
      const entry = { key: `shared ${stream}`, sort: 'a' };
      await one.write(stream, { ...rowOnly(0, 1, 'one'), put: [{ ...entry, value: 1 }] });
      expect(await other.read(stream)).toBeUndefined();
      expect((await other.list({ key: entry.key, limit: 9 })).entries).toEqual([]);
      await other.write(stream, { ...rowOnly(0, 5, 'other'), remove: [entry] });
      expect([await one.read(stream), await other.read(stream)]).toEqual([
        { watermark: 1, row: 'one' },
        { watermark: 5, row: 'other' },
      ]);
      expect((await one.list({ key: entry.key, limit: 9 })).entries).toMatchObject([{ stream, value: 1 }]);
    });

    it('of more than 400 KB is refused with its size, and nothing is written', async () => {
      const [table, stream] = [tableOf(), newStream()];
      const row = incompressible(850_000);
      const tooLarge = { code: 'row-too-large', message: expect.stringContaining(stream), retryable: false };
      const entry = { key: `of ${stream}`, sort: 'a', value: 1 };
      await expect(table.write(stream, { ...rowOnly(0, 1, row), put: [entry] })).rejects.toMatchObject(tooLarge);
      await expect(
        table.announce(stream, { watermark: 0, row: '' }, { ...rowOnly(0, 1, row), put: [entry] }),
      ).rejects.toMatchObject(tooLarge);
      expect(await table.read(stream)).toBeUndefined();
      expect((await table.list({ key: entry.key, limit: 9 })).entries).toEqual([]);
    });
  });
