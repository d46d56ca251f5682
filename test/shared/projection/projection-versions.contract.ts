/** What the versions of a projection keep, in memory as on DynamoDB. */
import { describe, expect, it } from 'vitest';
import type { ProjectionVersions, QueryTable } from '#shared/projection/index.ts';
import { tally } from '../../support/tally.ts';

const CLOCKS_APART_MS = 1_000;

export const projectionVersionsContract = (name: string, create: () => Promise<ProjectionVersions>) =>
  describe(`the versions of a projection ${name}`, () => {
    const at = '2026-11-20T12:30:00.000Z';
    const entry = { key: 'group#1!', sort: 'a b', value: { sum: 1 } };
    const fill = async (table: QueryTable, row: string, put = [entry]) => {
      await table.write(tally('1'), { from: 0, watermark: 1, row, put, remove: [] });
      await table.writeNote('rebuild', { from: undefined, to: { filled: true } });
      await table.park(tally('2'), { watermark: 0, row: 'none' }, { version: 1, error: 'spoilt', at });
    };
    const all = async (versions: ProjectionVersions) => {
      const found: string[] = [];
      await versions.scan(async (items) => {
        found.push(...items.map(({ version, key, content }) => `${version} ${key} ${JSON.stringify(content)}`));
      });
      return found.toSorted();
    };

    it('know when their table was made', async () => {
      const made = await (await create()).createdAt();
      expect([made.getTime() >= 0, made.getTime() <= Date.now() + CLOCKS_APART_MS]).toEqual([true, true]);
    });

    it('have an active one, which is replaced only by who has read it', async () => {
      const versions = await create();
      expect(await versions.readActive()).toBeUndefined();
      const [first, second] = [
        { active: 1, at },
        { active: 2, previous: 1, at },
      ];
      expect(await versions.writeActive({ from: undefined, to: first })).toBe(true);
      expect(await versions.writeActive({ from: undefined, to: second })).toBe(false);
      expect(await versions.writeActive({ from: { active: 7, at }, to: second })).toBe(false);
      expect(await versions.readActive()).toEqual(first);
      expect(await versions.writeActive({ from: first, to: second })).toBe(true);
      expect(await versions.readActive()).toEqual(second);
    });

    it('are read item by item, without notes, and found by their keys', async () => {
      const versions = await create();
      await versions.writeActive({ from: undefined, to: { active: 1, at } });
      await fill(versions.table(1), 'one');
      await fill(versions.table(12), 'two', []);
      expect(await all(versions)).toEqual([
        '1 group#1! {"sum":1}',
        '1 tally-1 "one"',
        '1 tally-2 "none"',
        '12 tally-1 "two"',
        '12 tally-2 "none"',
      ]);
      await versions.scan(async (items) => {
        const found = await versions.read(items.map((item) => ({ ...item, version: 12 })));
        for (const item of found) expect(item).toMatchObject({ version: 12, key: expect.stringMatching(/^tally/) });
      });
      expect(await versions.read([])).toEqual([]);
    });

    it('but one can be dropped, with all that is noted of them', async () => {
      const versions = await create();
      await versions.writeActive({ from: undefined, to: { active: 2, at } });
      await fill(versions.table(1), 'one');
      await fill(versions.table(2), 'two');
      await fill(versions.table(3), 'three');
      expect(await versions.dropAllBut(2)).toBe(6);
      expect(await all(versions)).toEqual(['2 group#1! {"sum":1}', '2 tally-1 "two"', '2 tally-2 "none"']);
      for (const [version, isThere] of [
        [1, false],
        [2, true],
        [3, false],
      ] as const) {
        expect((await versions.table(version).readNote('rebuild')) !== undefined).toBe(isThere);
        expect(await versions.table(version).parkedStreams()).toHaveLength(isThere ? 1 : 0);
      }
      expect(await versions.readActive()).toMatchObject({ active: 2 });
    });
  });
