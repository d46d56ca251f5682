/** What every query table does with entries: written with their row or not at all, and listed in order. */
import { describe, expect, it } from 'vitest';
import { type EntryPage, entryPosition, type ListRange, type QueryTable } from '#shared/projection/index.ts';
import { tally } from '../../../support/tally.ts';
import { incompressible, newStream, rowOnly } from './row-contract.ts';

const numbered = (count: number, prefix = '') =>
  Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(3, '0')}`);
const sortsOf = ({ entries }: Pick<EntryPage, 'entries'>) => entries.map(({ sort }) => sort);

/** All pages of a list, one after the other. */
export async function pagesOf(table: QueryTable, range: ListRange): Promise<EntryPage[]> {
  const pages: EntryPage[] = [];
  let { after } = range;
  do {
    const page: EntryPage = await table.list({ ...range, ...(after !== undefined && { after }) }, { consistent: true });
    pages.push(page);
    after = page.next;
  } while (after !== undefined);
  return pages;
}

/** A key of its own with the entries of one stream. */
async function listOf(table: QueryTable, sorts: readonly string[]) {
  const stream = newStream();
  const key = `list of ${stream}`;
  for (let at = 0; at < sorts.length || at === 0; at += 99) {
    const put = sorts.slice(at, at + 99).map((sort) => ({ key, sort, value: { sort } }));
    await table.write(stream, { ...rowOnly(at, at + 99), put });
  }
  return { stream, key };
}

export const entryContract = (tableOf: (version?: number) => QueryTable) =>
  describe('entries', () => {
    it('are written and removed with the row, up to 99 in one write', async () => {
      const table = tableOf();
      const sorts = numbered(99);
      const { stream, key } = await listOf(table, sorts);
      expect(sortsOf(await table.list({ key, limit: 200 }))).toEqual(sorts);
      const change = {
        ...rowOnly(99, 100),
        put: sorts.slice(0, 50).map((sort) => ({ key, sort, value: 'again' })),
        remove: [...sorts.slice(50).map((sort) => ({ key, sort }))],
      };
      expect(await table.write(stream, change)).toBe(true);
      const { entries } = await table.list({ key, limit: 200 });
      expect(entries.map(({ sort, value }) => [sort, value])).toEqual(
        sorts.slice(0, 50).map((sort) => [sort, 'again']),
      );
    });

    it('are all left as they are when the row has been moved on', async () => {
      const table = tableOf();
      const { stream, key } = await listOf(table, ['a', 'b']);
      const change = { put: [{ key, sort: 'c', value: 1 }], remove: [{ key, sort: 'a' }] };
      for (const from of [0, 98, 100]) {
        expect(await table.write(stream, { ...rowOnly(from, 101), ...change })).toBe(false);
      }
      expect(sortsOf(await table.list({ key, limit: 9 }))).toEqual(['a', 'b']);
      expect(await table.read(stream)).toMatchObject({ watermark: 99 });
    });

    it('belong to the stream that put them: no other overwrites or removes them', async () => {
      const [table, one, other] = [tableOf(), newStream(), newStream()];
      const entry = { key: `shared by ${one}`, sort: 'same' };
      await table.write(one, { ...rowOnly(0, 1), put: [{ ...entry, value: 'one' }] });
      await table.write(other, { ...rowOnly(0, 1), put: [{ ...entry, value: 'other' }] });
      const { entries } = await table.list({ key: entry.key, limit: 9 });
      expect(new Map(entries.map(({ stream, value }) => [stream, value]))).toEqual(
        new Map([
          [one, 'one'],
          [other, 'other'],
        ]),
      );
      await table.write(one, { ...rowOnly(1, 2), remove: [entry] });
      expect((await table.list({ key: entry.key, limit: 9 })).entries).toEqual([
        { stream: other, sort: 'same', value: 'other', position: entryPosition('same', other) },
      ]);
    });

    it('can be removed where there are none', async () => {
      const [table, stream] = [tableOf(), newStream()];
      expect(await table.write(stream, { ...rowOnly(0, 1), remove: [{ key: 'none', sort: 'none' }] })).toBe(true);
    });

    it('keep any value', async () => {
      const [table, stream] = [tableOf(), newStream()];
      const key = `values of ${stream}`;
      const values = ['ü€😀 "\\ \u0000', '', null, { deep: [{}] }, 'x'.repeat(5_000)];
      const put = values.map((value, index) => ({ key, sort: `${index}`, value }));
      await table.write(stream, { ...rowOnly(0, 1), put });
      expect((await table.list({ key, limit: 9 })).entries.map(({ value }) => value)).toEqual(values);
    });

    it('are listed in the order of their bytes: a before a b, whatever the streams are named', async () => {
      const table = tableOf();
      const key = `ordered ${newStream()}`;
      const inOrder = ['', ' ', '!', 'a', 'a ', 'a b', 'a!', 'a#', 'aa', 'b', 'z', 'ä', '\uff5e', '😀'];
      const streams = [tally('zz'), tally('-'), tally('~')].map((stream) => tally(`${stream}${key.slice(-36)}`));
      for (const [index, stream] of streams.entries()) {
        const mine = inOrder.filter((_, at) => at % streams.length === index).toReversed();
        await table.write(stream, { ...rowOnly(0, 1), put: mine.map((sort) => ({ key, sort, value: 1 })) });
      }
      expect(sortsOf(await table.list({ key, limit: 99 }))).toEqual(inOrder);
      expect(sortsOf(await table.list({ key, limit: 99, descending: true }))).toEqual(inOrder.toReversed());
    });

    it.each([false, true])(
      'come in pages, each once, and the last page says so (descending: %s)',
      async (descending) => {
        const table = tableOf();
        const { key } = await listOf(table, numbered(12));
        const all = descending ? numbered(12).toReversed() : numbered(12);
        for (const limit of [1, 3, 4, 5, 11, 12, 13]) {
          const pages = await pagesOf(table, { key, limit, descending });
          expect(pages.flatMap(sortsOf)).toEqual(all);
          expect(pages).toHaveLength(Math.ceil(12 / limit));
        }
      },
    );

    it.each([false, true])(
      'go on behind one that was removed meanwhile, and have what was put there (descending: %s)',
      async (descending) => {
        const table = tableOf();
        const { stream, key } = await listOf(table, numbered(6));
        const first = await table.list({ key, limit: 3, descending });
        const last = sortsOf(first).at(-1) ?? '';
        const change = { put: [{ key, sort: '002x', value: 1 }], remove: [{ key, sort: last }] };
        await table.write(stream, { ...rowOnly(99, 100), ...change });
        const after = first.next ?? '';
        const rest = descending ? ['002x', '002', '001', '000'] : ['002x', '003', '004', '005'];
        for (const limit of [1, 2, 3, 4, 9]) {
          expect((await pagesOf(table, { key, after, limit, descending })).flatMap(sortsOf)).toEqual(rest);
        }
      },
    );

    it('that are large come all the same, however many fit into one request', async () => {
      const [table, stream] = [tableOf(), newStream()];
      const key = `large ${stream}`;
      for (let at = 0; at < 8; at += 4) {
        const put = [0, 1, 2, 3].map((index) => ({ key, sort: `${at + index}`, value: incompressible(600_000) }));
        await table.write(stream, { ...rowOnly(at, at + 4), put });
      }
      for (const descending of [false, true]) {
        const pages = await pagesOf(table, { key, limit: 6, descending });
        expect(pages.flatMap(sortsOf).toSorted()).toEqual([...'01234567']);
      }
    });

    it('of a key that nobody has put are none', async () => {
      expect(await tableOf().list({ key: `nothing ${newStream()}`, limit: 9 })).toEqual({
        entries: [],
        next: undefined,
      });
    });

    it('are no rows, and rows are no entries, though their keys are the same', async () => {
      const [table, stream] = [tableOf(), newStream()];
      await table.write(stream, { ...rowOnly(0, 1), put: [{ key: stream, sort: 'row', value: 1 }] });
      expect(await table.read(stream)).toEqual({ watermark: 1, row: 'row 1' });
      expect(sortsOf(await table.list({ key: stream, limit: 9 }))).toEqual(['row']);
    });

    it.each([
      ['key', { key: 'ü'.repeat(1_025), sort: '' }],
      ['sort', { key: '', sort: 'ü'.repeat(512) }],
    ])('with a %s that is too long are refused, and nothing is written', async (_, { key, sort }) => {
      const [table, stream] = [tableOf(), newStream()];
      const entry = { key: `${key}${stream}`, sort };
      const refusal = { code: 'invalid-identifier', message: expect.stringContaining(stream) };
      for (const change of [{ put: [{ ...entry, value: 1 }] }, { remove: [entry] }]) {
        const whole = { ...rowOnly(0, 1), ...change };
        await expect(table.write(stream, whole)).rejects.toMatchObject(refusal);
        await expect(table.announce(stream, { watermark: 0, row: '' }, whole)).rejects.toMatchObject(refusal);
      }
      expect(await table.read(stream)).toBeUndefined();
    });

    it('of more than 400 KB are refused with their size, and nothing is written', async () => {
      const [table, stream] = [tableOf(), newStream()];
      const entry = { key: `of ${stream}`, sort: '', value: incompressible(850_000) };
      const change = { ...rowOnly(0, 1), put: [{ ...entry, sort: 'small', value: 1 }, entry] };
      const tooLarge = { code: 'row-too-large', message: expect.stringContaining(stream), retryable: false };
      await expect(table.write(stream, change)).rejects.toMatchObject(tooLarge);
      await expect(table.announce(stream, { watermark: 0, row: '' }, change)).rejects.toMatchObject(tooLarge);
      expect(await table.read(stream)).toBeUndefined();
      expect((await table.list({ key: entry.key, limit: 9 })).entries).toEqual([]);
    });
  });
