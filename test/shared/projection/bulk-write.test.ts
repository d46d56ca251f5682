import { describe, expect, it } from 'vitest';
import { KitError } from '#shared/event/index.ts';
import { writePage } from '#shared/projection/bulk-write.ts';
import { allParked } from '#shared/projection/index.ts';
import { counted, journal, standings, tally } from '../../support/tally.ts';
import { aroundCalls } from './around-calls.ts';
import { expectWhole, NOW, rebuildWorld } from './rebuild-harness.ts';

/** Tallies with so many commits each, and a page that has all of them. */
async function pageOf(tallies: number, commits = 1) {
  const world = rebuildWorld();
  for (let number = 0; number < tallies; number += 1) {
    for (let commit = 0; commit < commits; commit += 1) await world.append(String(number), counted(1));
  }
  const all = await Promise.all(world.streams().map((stream) => world.store.readCommits(stream, { after: 0 })));
  const page = { commits: all.flatMap((one) => one.commits), unreadable: [], next: undefined };
  const table = world.versions.table(1);
  return { world, page, table, ports: { table, store: world.store, clock: () => NOW } };
}

describe('A page of the log', () => {
  it.each([
    [journal, 101, [100, 1]],
    [standings, 60, [33, 27]],
  ])('is written in as few writes as take it', async (projection, tallies, sizes) => {
    const { world, page, ports } = await pageOf(tallies);
    const written: number[] = [];
    const table = aroundCalls(ports.table, (call, proceed, [changes]) => {
      if (call === 'writeAll') written.push((changes as unknown[]).length);
      return proceed();
    });
    await writePage({ ...ports, table }, projection, page);
    expect(written).toEqual(sizes);
    await expectWhole(world, projection);
  });

  it('that lacks a commit, or has one that is not readable, is made whole from the log', async () => {
    const { world, page, ports } = await pageOf(2, 3);
    const commits = page.commits.filter(({ stream, version }) => stream !== tally('0') || version !== 2);
    await writePage(ports, journal, { ...page, commits, unreadable: [{ stream: tally('1'), version: 3 }] });
    await expectWhole(world, journal);
  });

  it.each([new KitError('store-unavailable', 'not now', { retryable: true }), new Error('the code is wrong')])(
    'parks no stream for %s',
    async (failure) => {
      const { page, table, ports } = await pageOf(2, 2);
      const store = aroundCalls(ports.store, () => Promise.reject(failure));
      const cut = page.commits.filter(({ version }) => version > 1);
      await expect(writePage({ ...ports, store }, journal, { ...page, commits: cut })).rejects.toBe(failure);
      expect(await allParked(table)).toEqual([]);
      const away = aroundCalls(table, (call, proceed) => (call === 'writeAll' ? Promise.reject(failure) : proceed()));
      await expect(writePage({ ...ports, table: away }, journal, page)).rejects.toBe(failure);
      expect(await allParked(table)).toEqual([]);
    },
  );
});
