import fc from 'fast-check';
import { expect, it } from 'vitest';
import { catchUp, createInMemoryQueryTable, type QueryTable } from '#shared/projection/index.ts';
import { directory } from '../../../functions/organizations/directory.projection.ts';
import { contactDetails, createRegistry, organizationStream, personStream, searchPage, title } from './registry.ts';

const wordsOf = (text: string) =>
  text
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .split(/[^\p{L}\p{N}]+/u);

/** A search as it is described, over all titles. */
const matches = (name: string, q: string) =>
  wordsOf(q).every((beginning) => wordsOf(name).some((word) => word.startsWith(beginning)));

type Titled = { readonly id: string; readonly type: 'Organization' | 'Person'; readonly title: string };

async function registered(titles: readonly Titled[]): Promise<QueryTable> {
  const registry = createRegistry();
  const table = createInMemoryQueryTable();
  for (const { id, type, title: name } of titles) {
    const stream = type === 'Person' ? personStream(id) : organizationStream(id);
    await registry.ask({ stream, what: 'register', data: type === 'Person' ? { name } : { name, contactDetails } });
    await catchUp({ store: registry.store, table }, directory, stream, 1);
  }
  return table;
}

/** All pages of a search, each asked for with the cursor of the one before. */
async function pages(table: QueryTable, parameters: { q: string; type?: string }, limit: number) {
  const found: Titled[] = [];
  let cursor: string | null = null;
  do {
    const page = await searchPage(table, parameters, { limit, ...(cursor !== null && { cursor }) });
    expect(page.entries.length).toBeLessThanOrEqual(limit);
    found.push(...(page.entries as readonly Titled[])); // of titles that were registered
    cursor = page.next;
  } while (cursor !== null);
  return found.map(({ id, type, title }) => ({ id, type, title }));
}

const titled: fc.Arbitrary<Titled[]> = fc
  .array(fc.record({ type: fc.constantFrom('Organization' as const, 'Person' as const), title }), { maxLength: 30 })
  // Names of organizations are unique.
  .map((all) =>
    all.filter(
      (one, index) =>
        one.type === 'Person' ||
        all.findIndex((other) => other.type === one.type && other.title.toLowerCase() === one.title.toLowerCase()) ===
          index,
    ),
  )
  .map((all) => all.map((one, index) => ({ id: String(index), ...one })));

/** Beginnings of words that may be in titles, in any case. */
const query = fc
  .array(fc.tuple(title, fc.integer({ min: 1, max: 12 }), fc.boolean()), { minLength: 1, maxLength: 3 })
  .map((parts) =>
    parts
      .map(([text, length, upper]) => {
        const beginning = text.slice(0, length).trim();
        return upper ? beginning.toUpperCase() : beginning;
      })
      .join(' '),
  );

it('A search finds what a look at every title finds, by title, each once, in pages of any size', async () => {
  const limits = fc.integer({ min: 1, max: 7 });
  const types = fc.constantFrom('Organization', 'Person', undefined);
  await fc.assert(
    fc.asyncProperty(
      titled,
      fc.array(query, { minLength: 3, maxLength: 3 }),
      types,
      limits,
      async (all, qs, type, limit) => {
        const table = await registered(all);
        for (const q of [...qs, 'b', 'basket', 'Jean-Pierre']) {
          const found = await pages(table, { q, ...(type !== undefined && { type }) }, limit);
          const key = (one: Titled) =>
            `${one.title.toLowerCase().replaceAll('ß', 'ss')}\u0001${one.type.toLowerCase()}-${one.id}`;
          const expected = all
            .filter((one) => (type === undefined || one.type === type) && matches(one.title, q))
            .map(({ id, type, title }) => ({ id, type, title }))
            .toSorted((one, other) => Buffer.compare(Buffer.from(key(one)), Buffer.from(key(other))));
          expect(found).toEqual(expected);
        }
      },
    ),
    { numRuns: 100 },
  );
});

it('A search of several words reads the entries of one beginning only, that of the longest', async () => {
  const table = await registered([{ id: '1', type: 'Person', title: 'Internationalisation of b' }]);
  const keys: string[] = [];
  const watched: QueryTable = {
    ...table,
    list(range, reading) {
      keys.push(range.key);
      return table.list(range, reading);
    },
  };
  expect((await searchPage(watched, { q: 'b internationali' })).entries).toHaveLength(1);
  expect((await searchPage(watched, { q: 'b internationalx' })).entries).toHaveLength(0);
  expect(new Set(keys).size).toBe(1);
  expect(keys).toHaveLength(2);
});
