/** What catching up costs, in calls of the table and of the log. */
import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '#shared/event/index.ts';
import { catchUp, createRowCache } from '#shared/projection/index.ts';
import { counted, journal, record, standings } from '../../support/tally.ts';
import { noting } from './around-calls.ts';
import { contentOf, expectedContent, given, stream } from './projection-harness.ts';

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
