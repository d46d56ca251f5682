/** A version that is filled in bulk is the same as one that was kept up to date event by event, whatever happens meanwhile. */
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KitError } from '#shared/event/index.ts';
import {
  allParked,
  catchUp,
  fillingOf,
  fillVersion,
  followFeed,
  lagOf,
  type QueryTable,
} from '#shared/projection/index.ts';
import { concordance, counted, journal, noted, spoilt, standings, tally, words } from '../../support/tally.ts';
import { aroundCalls } from './around-calls.ts';
import { commits, projections } from './histories-of-tallies.ts';
import { expectWhole, rebuildWorld } from './rebuild-harness.ts';

const raised = projections.map((projection) => ({ ...projection, version: 2 }));
const [standings2] = raised.filter(({ name }) => name === standings.name);
if (standings2 === undefined) throw new Error('there are no standings');

/** Twelve tallies, of which some are cut by a page, and one changes more entries than one write takes. */
async function history() {
  const world = rebuildWorld();
  for (let number = 0; number < 12; number += 1) {
    for (let commit = 0; commit <= number % 4; commit += 1)
      await world.append(`t${number}`, counted(number), noted('a b'));
  }
  await world.append('t3', words(105, 'a'), words(60, 'b'));
  return world;
}

describe('A version that is filled', () => {
  it.each(raised)('has what catching up makes of any history: $name', async (projection) => {
    const histories = fc.array(commits, { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(histories, async (all) => {
        const world = rebuildWorld();
        for (const [number, one] of all.entries())
          for (const events of one) await world.append(`t${number}`, ...events);
        const ports = world.ports(world.versions.table(2));
        await fillVersion(ports, projection);
        expect(await followFeed(ports, projection)).toBe(0);
        await expectWhole(world, projection);
      }),
      { numRuns: 30 },
    );
  });

  it('is written in a few writes of many streams, and counts the commits', async () => {
    const world = rebuildWorld({ page: 100 });
    for (let number = 0; number < 24; number += 1) await world.append(`t${number}`, counted(1));
    const calls: string[] = [];
    const table = aroundCalls(world.versions.table(2), async (call, proceed) => {
      if (!/[nN]ote$/.test(call)) calls.push(call);
      return proceed();
    });
    let written = 0;
    await fillVersion(world.ports(table), standings2, (count) => {
      written += count;
    });
    expect(new Set(calls)).toEqual(new Set(['writeAll']));
    expect(calls.length).toBeLessThan(16);
    expect(written).toBe(24);
    await expectWhole(world, standings2);
  });

  it('leaves the others as they are', async () => {
    const world = await history();
    await catchUp({ store: world.store, table: world.versions.table(1) }, standings, tally('t1'), 1);
    const before = await world.versions.table(1).read(tally('t1'));
    await fillVersion(world.ports(world.versions.table(2)), standings2);
    expect(await world.versions.table(1).read(tally('t1'))).toEqual(before);
    expect(await world.versions.table(1).read(tally('t2'))).toBeUndefined();
  });

  it('has what was fed before it began, so that the reconciler goes on behind that', async () => {
    const world = await history();
    const ports = world.ports(world.versions.table(2));
    await fillVersion(ports, standings2);
    const read: unknown[] = [];
    const feed = aroundCalls(world.feed, (_, proceed, [after]) => {
      read.push(after);
      return proceed();
    });
    expect(await lagOf({ ...ports, feed, hasTime: () => true }, standings2)).toMatchObject({ events: 0 });
    expect(read).toEqual([await ports.feedHead()]);
  });

  it('is not taken for whole before it is', async () => {
    const world = await history();
    const table = world.versions.table(2);
    expect(await fillingOf(world.ports(table))).toBe('not-begun');
    const dying = aroundCalls(world.log, async (_, proceed, [segment]) => {
      if (segment === 5) throw new Error('the process was killed');
      return proceed();
    });
    await expect(fillVersion({ ...world.ports(table), log: dying }, standings2)).rejects.toThrow('killed');
    expect(await fillingOf(world.ports(table))).toBe('begun');
    await fillVersion(world.ports(table), standings2);
    expect(await fillingOf(world.ports(table))).toBe('filled');
  });
});

it('Code that makes something else of events does not go on with a version that other code has begun', async () => {
  const world = await history();
  const ports = world.ports(world.versions.table(2));
  await fillVersion(ports, standings2);
  const other = { ...ports, meaning: 'another' };
  expect(await fillingOf(other)).toBe('of-other-code');
  const before = await world.versions.table(2).readNote('rebuild');
  await expect(fillVersion(other, standings2)).rejects.toThrow('Other code has begun');
  expect(await world.versions.table(2).readNote('rebuild')).toEqual(before);
});

describe('A rebuild that is killed', () => {
  it('between two pages leaves no row half way in its stream', async () => {
    const world = rebuildWorld();
    for (let commit = 1; commit <= 5; commit += 1) await world.append('t0', counted(commit));
    let pages = 0;
    const dying = aroundCalls(world.log, async (_, proceed) => {
      const page = (await proceed()) as { readonly commits: readonly unknown[] };
      if (page.commits.length > 0) pages += 1;
      if (pages === 2) throw new Error('the process was killed');
      return page;
    });
    const table = world.versions.table(2);
    await expect(fillVersion({ ...world.ports(table), log: dying }, standings2)).rejects.toThrow('killed');
    expect(await table.read(tally('t0'))).toMatchObject({ watermark: 5, row: { sum: 15 } });
  });

  /** The table, whose call of this number never returns; all later ones fail, since the process is gone. */
  function killedAt(table: QueryTable, number: number, isBefore: boolean) {
    let calls = 0;
    const dying = aroundCalls(table, async (_, proceed) => {
      calls += 1;
      if (calls > number || (calls === number && isBefore)) throw new Error('the process was killed');
      const answer = await proceed();
      if (calls === number) throw new Error('the process was killed');
      return answer;
    });
    return { dying, hasEnded: () => calls < number };
  }

  it.each(raised)('at any call comes to the same when it is started again: $name', async (projection) => {
    for (const isBefore of [true, false]) {
      for (let number = 1; ; number += 1) {
        const world = await history();
        const { dying, hasEnded } = killedAt(world.versions.table(2), number, isBefore);
        await fillVersion(world.ports(dying), projection).catch(() => {});
        if (hasEnded()) break;
        await world.append('t5', counted(7));
        const ports = world.ports(world.versions.table(2));
        await fillVersion(ports, projection);
        expect(await followFeed(ports, projection)).toBe(0);
        await expectWhole(world, projection);
      }
    }
  });

  it('does not read again what it has written and noted', async () => {
    const world = await history();
    const table = world.versions.table(2);
    const pages: string[] = [];
    const counting = aroundCalls(world.log, (_, proceed, args) => {
      pages.push(JSON.stringify(args));
      return proceed();
    });
    const dying = aroundCalls(counting, async (_, proceed, [, , after]) => {
      if (after !== undefined) throw new Error('the process was killed');
      return proceed();
    });
    await expect(fillVersion({ ...world.ports(table), log: dying }, standings2)).rejects.toThrow('killed');
    const first = pages.splice(0);
    await fillVersion({ ...world.ports(table), log: counting }, standings2);
    expect(pages.filter((page) => first.includes(page))).toEqual([]);
    await expectWhole(world, standings2);
  });
});

describe('While a version is filled', () => {
  it.each(raised)('what is appended and what others write go into it: $name', async (projection) => {
    for (const every of [1, 2, 3]) {
      const world = await history();
      const live = world.versions.table(2);
      let [calls, own] = [0, 0];
      const busy = aroundCalls(live, async (call, proceed) => {
        calls += 1;
        if (call.startsWith('write') && own < 12 && calls % every === 0) {
          own += 1;
          await world.append(`t${own % 12}`, counted(own));
          await world.append(`new${own}`, counted(own));
          await catchUp({ store: world.store, table: live }, projection, tally(`t${(own + 1) % 12}`), 1);
          await catchUp({ store: world.store, table: live }, projection, tally(`t${own % 12}`), 1);
        }
        return proceed();
      });
      await fillVersion(world.ports(busy), projection);
      expect(await followFeed(world.ports(live), projection)).toBe(0);
      await expectWhole(world, projection);
    }
  });

  it('another process may fill it too', async () => {
    for (const projection of raised) {
      const world = await history();
      const table = world.versions.table(2);
      await Promise.all([1, 2, 3].map(() => fillVersion(world.ports(table), projection)));
      expect(await fillingOf(world.ports(table))).toBe('filled');
      await expectWhole(world, projection);
    }
  });

  it('a table that does not answer now is asked again', async () => {
    const world = await history();
    let calls = 0;
    const flaky = aroundCalls(world.versions.table(2), async (call, proceed) => {
      calls += 1;
      if (call === 'writeAll' && calls % 3 === 0)
        throw new KitError('store-unavailable', 'not now', { retryable: true });
      return proceed();
    });
    await fillVersion(world.ports(flaky), standings2);
    await expectWhole(world, standings2);
  });
});

describe('A stream that cannot be applied', () => {
  it('is parked where it stops, and the others are filled', async () => {
    const world = rebuildWorld();
    await world.append('a', counted(1));
    await world.append('b', counted(1));
    await world.append('b', spoilt);
    await world.append('b', counted(2));
    const ports = world.ports(world.versions.table(2));
    const projection = { ...journal, version: 2 };
    await fillVersion(ports, projection);
    expect(await followFeed(ports, projection)).toBe(0);
    expect(await allParked(ports.table)).toMatchObject([{ stream: tally('b'), version: 2 }]);
    expect(await ports.table.read(tally('a'))).toMatchObject({ watermark: 1 });
    expect(await ports.table.read(tally('b'))).toMatchObject({ watermark: 1, row: { sum: 1 } });
  });

  it('because its row does not fit is parked as well', async () => {
    const world = rebuildWorld();
    await world.append('a', counted(1));
    await world.append('b', noted('x'));
    const text = randomBytes(400_000).toString('hex'); // does not pack
    const huge = { ...concordance, version: 2, on: { Noted: () => ({ text }) } };
    const ports = world.ports(world.versions.table(2));
    await fillVersion(ports, huge);
    expect(await allParked(ports.table)).toMatchObject([{ stream: tally('b'), version: 1 }]);
    expect(await ports.table.read(tally('a'))).toMatchObject({ watermark: 1 });
  });

  it('as far as the feed says, because the log ends before it, is counted as not reached', async () => {
    const world = await history();
    const ports = world.ports(world.versions.table(2));
    await fillVersion(ports, standings2);
    const feed = aroundCalls(world.feed, async () => ({
      events: [{ stream: tally('t1'), version: 99, recordedAt: '2026-11-20T12:11:04.123Z' }],
      next: '99',
      isEnd: true,
    }));
    expect(await followFeed({ ...ports, feed }, standings2)).toBe(1);
  });
});
