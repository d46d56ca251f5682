/** What catching up costs, in calls of the table and of the log. */
import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '#shared/event/index.ts';
import { catchUp, change, createRowCache, defineProjection, type QueryTable } from '#shared/projection/index.ts';
import { concordance, counted, countsKey, journal, record, standings, words } from '../../support/tally.ts';
import { aroundCalls, noting, notingWhole } from './around-calls.ts';
import { contentOf, expectedContent, given, paged, stream, watchedTable } from './projection-harness.ts';

/** A consumer of a log, and the calls that it makes. */
async function consumerOf(...commits: readonly (readonly DomainEvent[])[]) {
  const { store, table } = await given(...commits);
  const calls: string[] = [];
  const ports = { store: noting(store, calls), table: noting(table, calls) };
  const rows = createRowCache();
  return {
    store,
    table,
    rows,
    /** The calls that it takes to bring the row up to a version. */
    async costOf(version: number, { cached = false } = {}) {
      calls.length = 0;
      await catchUp(cached ? { ...ports, rows } : ports, journal, stream, version);
      return [...calls];
    },
  };
}

/** The table of a process that is gone before it ends what it has announced. */
const dyingBeforeItsEnd = (table: QueryTable) =>
  aroundCalls(table, (call, proceed) =>
    call === 'write' ? Promise.reject(new Error('the process is gone')) : proceed(),
  );

const hundred = Array.from({ length: 100 }, () => counted(1));

describe('A message', () => {
  it('of what the row has already costs one read of the row', async () => {
    const { costOf } = await consumerOf([counted(1)], [counted(2)]);
    await costOf(2);
    for (const version of [1, 2]) expect(await costOf(version)).toEqual(['read']);
  });

  it('of what the process has written itself costs nothing', async () => {
    const { costOf } = await consumerOf([counted(1)], [counted(2)]);
    await costOf(2, { cached: true });
    for (const version of [1, 2]) expect(await costOf(version, { cached: true })).toEqual([]);
  });

  it('of what others have written costs one read of the row, and the next one nothing', async () => {
    const { costOf } = await consumerOf([counted(1)], [counted(2)]);
    await costOf(2);
    expect(await costOf(2, { cached: true })).toEqual(['read']);
    expect(await costOf(1, { cached: true })).toEqual([]);
  });

  it('of something new costs no read of a row that the process wrote last', async () => {
    const { store, costOf } = await consumerOf([counted(1)]);
    expect(await costOf(1, { cached: true })).toEqual(['read', 'readCommits', 'write']);
    await record(store, stream, [counted(2)]);
    expect(await costOf(2, { cached: true })).toEqual(['readCommits', 'write']);
  });

  it('costs one lost race when others have moved the row on, and the next one none', async () => {
    const { store, costOf } = await consumerOf([counted(1)]);
    await costOf(1, { cached: true });
    await record(store, stream, [counted(2)]);
    await costOf(2);
    await record(store, stream, [counted(3)]);
    await costOf(3);
    expect(await costOf(2, { cached: true })).toEqual(['readCommits', 'write', 'read']);
    await record(store, stream, [counted(4)]);
    expect(await costOf(4, { cached: true })).toEqual(['readCommits', 'write']);
  });

  it('that announces more than the log holds costs one look at it, and takes the row as far as it goes', async () => {
    const { store, table, costOf } = await consumerOf([counted(1)], [counted(2)]);
    expect(await costOf(Number.MAX_SAFE_INTEGER)).toEqual(['read', 'readCommits', 'write']);
    expect(await costOf(3)).toEqual(['read', 'readCommits']);
    expect(await contentOf(table, store, journal, stream)).toEqual(await expectedContent(store, journal, stream, 2));
  });

  it('of a stream that is empty leaves no row behind', async () => {
    const { table, costOf } = await consumerOf();
    expect(await costOf(1)).toEqual(['read', 'readCommits']);
    expect(await costOf(1, { cached: true })).toEqual(['read', 'readCommits']);
    expect(await table.read(stream)).toBeUndefined();
  });
});

describe('The messages of one commit of a hundred events', () => {
  it.each([true, false])('cost one write and one look at the log, in whatever order (cached: %s)', async (cached) => {
    const { costOf } = await consumerOf(hundred);
    const calls: string[] = [];
    for (const version of [57, ...hundred.map((_, index) => 100 - index)])
      calls.push(...(await costOf(version, { cached })));
    expect(calls.filter((call) => call !== 'read')).toEqual(['readCommits', 'write']);
    expect(calls).toHaveLength(cached ? 3 : 103);
  });
});

it('Two hundred and fifty commits that each change three entries are written in a few steps', async () => {
  const { store, table } = await given(...Array.from({ length: 250 }, (_, by) => [counted(by)]));
  const calls: string[] = [];
  await catchUp({ store: noting(store, calls), table: noting(table, calls) }, standings, stream, 1);
  expect(calls.slice(0, 2)).toEqual(['read', 'readCommits']);
  expect(new Set(calls.slice(2))).toEqual(new Set(['write']));
  expect(calls.length).toBeLessThan(20);
});

describe('Entries that together pass what one transaction takes', () => {
  /** Each event puts twelve entries as long as what was counted: its own, or the same as the last. */
  const longEntries = (which: 'own' | 'same') =>
    defineProjection<number, { readonly what: 'Counted'; readonly data: { readonly by: number } }>({
      ...concordance,
      initialRow: 0,
      on: {
        Counted: (row, { context: { version }, data: { by } }) => {
          const sorts = Array.from({ length: 12 }, (_, index) =>
            which === 'own' ? `${version} ${index}` : `${index}`,
          );
          return change(row + by, {
            put: sorts.map((sort) => ({ key: countsKey(stream), sort, value: 'x'.repeat(by) })),
          });
        },
      },
    });
  const LARGEST_BYTES = 4 * 1024 * 1024;

  it('are written in steps of whole commits, or in parts of one, that each fit', async () => {
    const long = longEntries('own');
    for (const commits of [Array.from({ length: 9 }, () => [counted(100_000)]), [[counted(400_000)], [counted(2)]]]) {
      const { store, table } = await given(...commits);
      const bytes: number[] = [];
      const watched = notingWhole(table, (call, args) => {
        if (call.startsWith('write')) bytes.push(JSON.stringify(args).length);
      });
      const breaches: string[] = [];
      const ports = { store, table: watchedTable(watched, store, long, breaches) };
      const head = commits.length;
      expect(await catchUp(ports, long, stream, 1)).toBe(head);
      expect(Math.max(...bytes)).toBeLessThan(LARGEST_BYTES);
      expect(bytes.length).toBeLessThan(9);
      expect(breaches).toEqual([]);
      expect(await contentOf(table, store, long, stream)).toEqual(await expectedContent(store, long, stream, head));
    }
  });

  it('are completed before what follows, though together they would fit', async () => {
    const long = longEntries('same');
    const { store, table } = await given([counted(400_000)]);
    await expect(catchUp({ store, table: dyingBeforeItsEnd(table) }, long, stream, 1)).rejects.toThrow('gone');
    await record(store, stream, [counted(1)]);
    expect(await table.read(stream)).toMatchObject({ announced: 1 });
    expect(await catchUp({ store, table }, long, stream, 2)).toBe(2);
    expect(await contentOf(table, store, long, stream)).toEqual(await expectedContent(store, long, stream, 2));
  });
});

describe('A change that was announced and not ended', () => {
  async function announced() {
    const { store, table } = await given([words(160, 'a')]);
    await expect(catchUp({ store, table: dyingBeforeItsEnd(table) }, concordance, stream, 1)).rejects.toThrow('gone');
    const calls: string[] = [];
    return { store, table, calls, ports: { store: noting(store, calls), table: noting(table, calls) } };
  }

  it('is not announced again by who completes it', async () => {
    const { ports, calls } = await announced();
    await catchUp(ports, concordance, stream, 1);
    expect(calls).toEqual(['read', 'readCommits', 'writeAnnounced', 'writeAnnounced', 'write']);
  });

  it('is completed by a message of a version that the row has already', async () => {
    const { store, table } = await given([words(3, 'a')], [counted(1)]);
    await catchUp({ store, table }, concordance, stream, 2);
    await record(store, stream, [words(160, 'b')]);
    await expect(catchUp({ store, table: dyingBeforeItsEnd(table) }, concordance, stream, 3)).rejects.toThrow('gone');
    expect(await catchUp({ store, table }, concordance, stream, 1)).toBe(3);
    expect(await contentOf(table, store, concordance, stream)).toEqual(
      await expectedContent(store, concordance, stream, 3),
    );
  });
});

it('A row that was moved on is read again consistently: an old copy would lose every race', async () => {
  const { store, table } = await given([counted(1)], [counted(2)]);
  const old = aroundCalls(table, async (call, proceed, args) =>
    call === 'read' && Object(args[1]).consistent !== true ? undefined : proceed(),
  );
  expect(await catchUp({ store: paged(store, 1), table: old }, journal, stream, 2)).toBe(2);
  await record(store, stream, [counted(3)]);
  expect(await catchUp({ store, table: old }, journal, stream, 3)).toBe(3);
  expect(await contentOf(table, store, journal, stream)).toEqual(await expectedContent(store, journal, stream, 3));
});
