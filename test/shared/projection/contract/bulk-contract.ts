/** What every query table does with changes of several streams at once. */
import { describe, expect, it } from 'vitest';
import type { QueryTable } from '#shared/projection/index.ts';
import { incompressible, newStream, rowOnly } from './row-contract.ts';

export const bulkContract = (tableOf: (version?: number) => QueryTable) =>
  describe('changes of several streams', () => {
    const entry = (key: string) => ({ key, sort: 'a', value: 1 });

    it('are written together with their entries', async () => {
      const [table, one, other] = [tableOf(), newStream(), newStream()];
      const changes = [
        { stream: one, change: { ...rowOnly(0, 2), put: [entry(`key of ${one}`)] } },
        { stream: other, change: rowOnly(0, 3) },
      ];
      expect(await table.writeAll(changes)).toBe(true);
      const rows = await table.readMany([one, other], { consistent: true });
      expect([...rows.values()].map(({ watermark }) => watermark).sort()).toEqual([2, 3]);
      expect((await table.list({ key: `key of ${one}`, limit: 2 }, { consistent: true })).entries).toHaveLength(1);
    });

    it.each([
      ['has moved on', (table: QueryTable, stream: ReturnType<typeof newStream>) => table.write(stream, rowOnly(0, 1))],
      [
        'is parked',
        (table: QueryTable, stream: ReturnType<typeof newStream>) =>
          table.park(stream, { watermark: 0, row: '' }, { version: 1, error: 'it is', at: '2026' }),
      ],
      [
        'has announced another change',
        (table: QueryTable, stream: ReturnType<typeof newStream>) =>
          table.announce(stream, { watermark: 0, row: '' }, rowOnly(0, 1)),
      ],
    ])('are not written, none of them, when one stream %s', async (_, happens) => {
      const [table, one, other] = [tableOf(), newStream(), newStream()];
      await happens(table, other);
      const changes = [one, other].map((stream) => ({ stream, change: rowOnly(0, 2) }));
      expect(await table.writeAll(changes)).toBe(false);
      expect(await table.read(one, { consistent: true })).toBeUndefined();
    });

    it('that do not fit are refused before any is written', async () => {
      const [table, one, other] = [tableOf(), newStream(), newStream()];
      const changes = [
        { stream: one, change: rowOnly(0, 1) },
        { stream: other, change: rowOnly(0, 1, incompressible(900_000)) },
      ];
      await expect(table.writeAll(changes)).rejects.toMatchObject({ code: 'row-too-large' });
      expect(await table.read(one, { consistent: true })).toBeUndefined();
    });
  });
