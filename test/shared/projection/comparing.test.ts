import { describe, expect, it } from 'vitest';
import { catchUp, compareVersions, compareWithLog, fillVersion, parkStream } from '#shared/projection/index.ts';
import { counted, groupKey, standings, tally, words } from '../../support/tally.ts';
import { rebuildWorld } from './rebuild-harness.ts';

/** Six tallies, filled. */
async function filled() {
  const world = rebuildWorld();
  for (let number = 1; number <= 6; number += 1) {
    await world.append(`t${number}`, counted(number));
    await world.append(`t${number}`, counted(1), words(2, 'a'));
  }
  const ports = { ...world.ports(world.versions.table(1)), versions: world.versions };
  await fillVersion(ports, standings);
  const all = { streams: 6, different: 0, behind: 0, parked: 0 };
  return { world, ports, all };
}

describe('A version that is compared with the log', () => {
  it('is equal when it was filled', async () => {
    const { ports, all } = await filled();
    expect(await compareWithLog(ports, standings)).toEqual({ ...all, examples: [] });
  });

  it('is not when a row, an entry, or one that is gone is not as it must be', async () => {
    for (const [damage, example] of [
      [{ row: { sum: 99 }, put: [], remove: [] }, 'has another row at 3'],
      [{ put: [], remove: [{ key: 'counts#tally-t2', sort: '0000000001000001' }] }, 'entry under counts#tally-t2'],
      [
        { put: [{ key: groupKey(2), sort: '0000000001000002', value: {} }], remove: [] },
        'has still an entry under group#2',
      ],
    ] as const) {
      const { ports, all } = await filled();
      const stored = await ports.table.read(tally('t2'));
      await ports.table.write(tally('t2'), { row: stored?.row, ...damage, from: 3, watermark: 3 });
      const told = await compareWithLog(ports, standings);
      expect(told).toMatchObject({ ...all, different: 1 });
      expect(told.examples).toEqual([expect.stringContaining(example)]);
    }
  });

  it('tells what is behind, and what is parked, and compares both as far as they are', async () => {
    const { world, ports, all } = await filled();
    await world.append('t1', counted(1));
    await world.append('t2', counted(1));
    await parkStream(ports, standings, tally('t2'), new Error('spoilt'));
    const told = await compareWithLog(ports, standings);
    expect(told).toMatchObject({ ...all, behind: 1, parked: 1 });
    expect(told.examples).toEqual(expect.arrayContaining(['tally-t1 is at 3, the log at 4']));
  });

  it('may be ahead of what was read of the log', async () => {
    const { world, ports, all } = await filled();
    const page: typeof ports.log.page = async (...args) => {
      const found = await world.log.page(...args);
      await world.append('t1', counted(1));
      await catchUp({ store: world.store, table: ports.table }, standings, tally('t1'), Number.MAX_SAFE_INTEGER);
      return found;
    };
    expect(await compareWithLog({ ...ports, log: { page } }, standings)).toMatchObject(all);
  });
});

it('Two versions are compared row by row and entry by entry, with examples of what is different', async () => {
  const { world } = await filled();
  const second = { ...standings, version: 2 };
  await fillVersion(world.ports(world.versions.table(2)), second);
  const counts = (equal: number) => ({ equal, different: 0, onlyHere: 0, onlyThere: 0 });
  const both = { here: 2, there: 1 };
  expect(await compareVersions(world.versions, both)).toEqual({ rows: counts(6), entries: counts(18), examples: [] });
  await world.append('t7', counted(1));
  await catchUp({ store: world.store, table: world.versions.table(2) }, second, tally('t7'), 1);
  await world.append('t1', counted(1));
  await catchUp({ store: world.store, table: world.versions.table(1) }, standings, tally('t1'), 4);
  expect(await compareVersions(world.versions, both)).toMatchObject({
    rows: { equal: 5, different: 1, onlyHere: 1, onlyThere: 0 },
    entries: { equal: 17, different: 0, onlyHere: 3, onlyThere: 2 },
    examples: expect.arrayContaining([
      'the row of tally-t1 is different',
      'the row of tally-t7 is only in version 2',
      'an entry under counts#tally-t1 is only in version 1',
    ]),
  });
});
