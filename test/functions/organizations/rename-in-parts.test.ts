import { describe, expect, it } from 'vitest';
import { catchUp, createInMemoryQueryTable, type QueryTable } from '#shared/projection/index.ts';
import { directory } from '../../../functions/organizations/directory.projection.ts';
import { searchEntries } from '../../../functions/organizations/search-entries.ts';
import {
  contactDetails,
  createRegistry,
  entriesUnder,
  organizationOf,
  organizationStream,
  searchPage,
  withKeys,
} from './registry.ts';

const stream = organizationStream('1');
/** Five words of eight letters, each with eight beginnings, each of which stands for its type too. */
const oldName = 'abcdefgh bcdefghi cdefghij defghijk efghijkl';
const newName = 'stuvwxyz tuvwxyza uvwxyzab vwxyzabc wxyzabcd';
const found = (title: string) => ({
  id: '1',
  title,
  description: 'Kerkstraat 9, 3560 Lummen, info@basketlummen.be',
  type: 'Organization' as const,
});

/** A table whose caller is killed at the given write, before or after it takes effect. */
function killedAt(table: QueryTable, at: number, when: 'before' | 'after'): QueryTable {
  let count = 0;
  const orKill = async (write: () => Promise<boolean>): Promise<boolean> => {
    count += 1;
    if (count === at && when === 'before') throw new Error('killed');
    const written = await write();
    if (count === at) throw new Error('killed');
    return written;
  };
  return {
    ...table,
    write: (...args) => orKill(() => table.write(...args)),
    announce: (...args) => orKill(() => table.announce(...args)),
    writeAnnounced: (...args) => orKill(() => table.writeAnnounced(...args)),
  };
}

const names = async (table: QueryTable, keys: Iterable<string>) =>
  new Set(
    Object.values(await entriesUnder(table, keys))
      .flat()
      .map(({ value }) => (value as ReturnType<typeof found>).title),
  );

describe('A rename that changes 160 entries', () => {
  it('is as large as that', () => {
    expect([searchEntries(found(oldName)), searchEntries(found(newName))].flat()).toHaveLength(160);
  });

  const kills = [1, 2, 3, 4].flatMap((at) => (['before', 'after'] as const).map((when) => ({ at, when })));

  describe.each(kills)('and is killed $when write $at', ({ at, when }) => {
    async function killed() {
      const registry = createRegistry();
      const { table, keys } = withKeys(createInMemoryQueryTable());
      const ports = { store: registry.store, table };
      await registry.ask({ stream, what: 'register', data: { name: oldName, contactDetails } });
      await catchUp(ports, directory, stream, 1);
      await registry.ask({ stream, what: 'rename', data: { name: newName } });
      const dying = { ...ports, table: killedAt(table, at, when) };
      await expect(catchUp(dying, directory, stream, 2)).rejects.toThrow('killed');
      return { registry, ports, table, keys };
    }
    const isDone = at === 4 && when === 'after';

    it('shows the old row until it is ended', async () => {
      const { ports } = await killed();
      const body = isDone ? { name: newName, version: 2 } : { name: oldName, version: 1 };
      expect(await organizationOf(ports, '1')).toMatchObject(body);
    });

    it('is ended by whoever comes next', async () => {
      const { ports, table, keys } = await killed();
      expect(await catchUp(ports, directory, stream, 2)).toBe(2);
      expect(await names(table, keys)).toEqual(new Set([newName]));
      expect((await searchPage(table, { q: 'stuv wxyza' })).entries).toEqual([found(newName)]);
      expect((await searchPage(table, { q: 'abc' })).entries).toEqual([]);
    });

    it('is ended first when the organization has been renamed again meanwhile', async () => {
      const { registry, ports, table, keys } = await killed();
      await registry.ask({ stream, what: 'rename', data: { name: 'abcdefgh again' } });
      expect(await catchUp(ports, directory, stream, 3)).toBe(3);
      expect(await names(table, keys)).toEqual(new Set(['abcdefgh again']));
      expect(await organizationOf(ports, '1')).toMatchObject({ name: 'abcdefgh again', version: 3 });
    });
  });
});
