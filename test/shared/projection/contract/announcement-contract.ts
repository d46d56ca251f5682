/** What every query table does with a change that takes several writes: announced, written in parts, and ended. */
import { describe, expect, it } from 'vitest';
import type { QueryTable } from '#shared/projection/index.ts';
import { newStream, rowOnly } from './row-contract.ts';

const change = (from: number, watermark: number) => rowOnly(from, watermark);

export const announcementContract = (tableOf: (version?: number) => QueryTable) =>
  describe('an announced change', () => {
    /** A row at version 2, and what is announced and put beside it. */
    async function given() {
      const [table, stream] = [tableOf(), newStream()];
      const key = `of ${stream}`;
      const part = (sort: string) => ({ put: [{ key, sort, value: sort }], remove: [] });
      const sorts = async () =>
        (await table.list({ key, limit: 9 }, { consistent: true })).entries.map(({ sort }) => sort);
      await table.write(stream, rowOnly(0, 2, 'two'));
      return { table, stream, key, part, sorts, before: { watermark: 2, row: 'two' } };
    }

    it('leaves the row as it is, and is told with it', async () => {
      const { table, stream, before } = await given();
      expect(await table.announce(stream, before, change(2, 5))).toBe(true);
      expect(await table.read(stream)).toEqual({ ...before, announced: 5 });
      expect((await table.readMany([stream])).get(stream)).toEqual({ ...before, announced: 5 });
    });

    it('can be the first of a stream', async () => {
      const { table, part, sorts } = await given();
      const stream = newStream();
      expect(await table.announce(stream, { watermark: 0, row: 'initial' }, change(0, 3))).toBe(true);
      expect(await table.read(stream)).toEqual({ watermark: 0, row: 'initial', announced: 3 });
      expect(await table.writeAnnounced(stream, { from: 0, to: 3 }, part('a'))).toBe(true);
      expect(await sorts()).toEqual(['a']);
      expect(await table.write(stream, rowOnly(0, 4))).toBe(false);
      expect(await table.write(stream, rowOnly(0, 3))).toBe(true);
      expect(await table.read(stream)).toEqual({ watermark: 3, row: 'row 3' });
    });

    it('is ended by its watermark and by no other, and is then forgotten', async () => {
      const { table, stream, before } = await given();
      await table.announce(stream, before, change(2, 5));
      for (const other of [3, 4, 6]) expect(await table.write(stream, rowOnly(2, other))).toBe(false);
      expect(await table.write(stream, rowOnly(2, 5, 'five'))).toBe(true);
      expect(await table.read(stream)).toEqual({ watermark: 5, row: 'five' });
      expect(await table.write(stream, rowOnly(5, 6))).toBe(true);
    });

    it('can be announced again, but no other beside it, and none that the row has passed', async () => {
      const { table, stream, before } = await given();
      expect(await table.announce(stream, before, change(2, 5))).toBe(true);
      expect(await table.announce(stream, before, change(2, 5))).toBe(true);
      expect(await table.announce(stream, before, change(2, 6))).toBe(false);
      expect(await table.announce(stream, { watermark: 1, row: 'one' }, change(1, 5))).toBe(false);
      expect(await table.announce(stream, { watermark: 0, row: 'initial' }, change(0, 5))).toBe(false);
      expect(await table.read(stream)).toEqual({ ...before, announced: 5 });
      await table.write(stream, rowOnly(2, 5, 'five'));
      expect(await table.announce(stream, before, change(2, 5))).toBe(false);
      expect(await table.read(stream)).toEqual({ watermark: 5, row: 'five' });
    });

    it('takes its parts, up to 99 entries each, puts as well as removals', async () => {
      const { table, stream, key, sorts, before } = await given();
      await table.announce(stream, before, change(2, 5));
      const names = Array.from({ length: 99 }, (_, index) => String(index).padStart(3, '0'));
      const put = names.map((sort) => ({ key, sort, value: 1 }));
      expect(await table.writeAnnounced(stream, { from: 2, to: 5 }, { put, remove: [] })).toBe(true);
      expect(await sorts()).toEqual(names.slice(0, 9));
      const remove = names.map((sort) => ({ key, sort }));
      expect(await table.writeAnnounced(stream, { from: 2, to: 5 }, { put: [], remove })).toBe(true);
      expect(await sorts()).toEqual([]);
      expect(await table.read(stream)).toEqual({ ...before, announced: 5 });
    });

    it('takes no part when it is not announced, is another, or has ended', async () => {
      const { table, stream, part, sorts, before } = await given();
      const late = (from: number, to: number) => table.writeAnnounced(stream, { from, to }, part('late'));
      expect(await late(2, 5)).toBe(false);
      expect(await table.writeAnnounced(newStream(), { from: 0, to: 5 }, part('late'))).toBe(false);
      await table.announce(stream, before, change(2, 5));
      for (const [from, to] of [
        [2, 4],
        [2, 6],
        [1, 5],
        [0, 5],
        [5, 5],
      ] as const)
        expect(await late(from, to)).toBe(false);
      await table.write(stream, rowOnly(2, 5, 'five'));
      expect(await late(2, 5)).toBe(false);
      await table.announce(stream, { watermark: 5, row: 'five' }, change(5, 6));
      expect(await late(2, 5)).toBe(false);
      expect(await sorts()).toEqual([]);
    });
  });
