/** A commit that cannot be read, applied or written holds its stream just before it, whatever else the log has. */
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { type DomainEvent, KitError } from '#shared/event/index.ts';
import { createInMemoryEventStore, createInMemoryTable } from '#shared/event-store/index.ts';
import { catchUp, createInMemoryQueryTable, createRowCache, defineProjection } from '#shared/projection/index.ts';
import { concordance, counted, journal, noted, record, spoilt, standings, tallyEvents } from '../../support/tally.ts';
import { aroundCalls, noting } from './around-calls.ts';
import { incompressible } from './contract/row-contract.ts';
import { permutations, upTo } from './histories-of-tallies.ts';
import { contentOf, expectedContent, given, stream } from './projection-harness.ts';

const after = (commits: number, ...rest: DomainEvent[][]) => [
  ...Array.from({ length: commits }, (_, by) => [counted(by)]),
  ...rest,
];

describe.each([
  ['journal', journal],
  ['standings', standings],
])('An event that cannot be applied (%s)', (_, projection) => {
  it('leaves row and entries as the commits before it have made them, for every order of the messages', async () => {
    for (const order of permutations(upTo(5))) {
      const { store, table } = await given([counted(1)], [counted(2)], [counted(3), spoilt], [counted(4)]);
      const rows = createRowCache();
      for (const version of order) {
        const reached = await catchUp({ store, table, rows }, projection, stream, version).catch(String);
        expect(reached).toEqual(version <= 2 && reached === 2 ? 2 : expect.stringContaining('cannot be applied'));
      }
      const sound = (await given([counted(1)], [counted(2)])).store;
      expect(await contentOf(table, sound, projection, stream)).toEqual(
        await expectedContent(sound, projection, stream, 2),
      );
    }
  });

  it.each([0, 1, 2, 63, 64, 100])('is found behind %i commits', async (commits) => {
    const { store, table } = await given(...after(commits, [spoilt], [counted(1)]));
    await expect(catchUp({ store, table }, projection, stream, 1 + commits)).rejects.toThrow('cannot be applied');
    expect((await table.read(stream))?.watermark ?? 0).toBe(commits);
  });
});

describe('An event of an unknown type', () => {
  /** A log that another deployment has written, read by this one. */
  async function unreadable(before: number) {
    const log = createInMemoryTable();
    const events = { ...tallyEvents, Rolled: { meaning: 'Of a later deployment.', schema: z.object({}) } };
    const theirs = createInMemoryEventStore({ events, table: log });
    for (const commit of after(before, [{ what: 'Rolled', data: {} }], [counted(1)]))
      await record(theirs, stream, commit);
    const store = createInMemoryEventStore({ events: tallyEvents, table: log });
    return { theirs, store, table: createInMemoryQueryTable() };
  }

  it.each([0, 1, 9, 10, 11, 250])('leaves the row as the %i commits before it have made it', async (before) => {
    const { store, table } = await unreadable(before);
    const calls: string[] = [];
    const ports = { store: noting(store, calls), table: noting(table, calls) };
    for (let time = 0; time < 2; time += 1) {
      calls.length = 0;
      await expect(catchUp(ports, journal, stream, before + 1)).rejects.toMatchObject({ code: 'unknown-event' });
      expect((await table.read(stream))?.watermark ?? 0).toBe(before);
    }
    expect(calls.filter((call) => call !== 'readCommits')).toEqual(['read']);
    expect(calls.length).toBeLessThanOrEqual(5);
  });

  it('is applied once it can be read', async () => {
    const { theirs, store, table } = await unreadable(3);
    await expect(catchUp({ store, table }, journal, stream, 5)).rejects.toThrow();
    expect(await catchUp({ store: theirs, table }, journal, stream, 4)).toBe(5);
  });
});

it('A gap in the log leaves the row as the commits before it have made it', async () => {
  const log = createInMemoryTable();
  const store = createInMemoryEventStore({ events: tallyEvents, table: log });
  for (const commit of after(5)) await record(store, stream, commit);
  log.commits.set(stream, (log.commits.get(stream) ?? []).toSpliced(3, 1));
  const table = createInMemoryQueryTable();
  await expect(catchUp({ store, table }, journal, stream, 5)).rejects.toMatchObject({ code: 'stream-corrupted' });
  expect(await table.read(stream)).toMatchObject({ watermark: 3 });
});

it('A row that would be too large stays as the last commit has made it that fits', async () => {
  const part = () => [noted(incompressible(300_000))];
  const { store, table } = await given([noted('a')], part(), part(), part(), part(), [noted('b')]);
  const archive = defineProjection<string, { readonly what: 'Noted'; readonly data: { readonly text: string } }>({
    ...concordance,
    initialRow: '',
    on: { Noted: (row, { data }) => row + data.text },
  });
  const catchingUp = catchUp({ store, table }, archive, stream, 6);
  await expect(catchingUp).rejects.toMatchObject({ code: 'row-too-large', message: expect.stringContaining(stream) });
  expect(await table.read(stream)).toMatchObject({ watermark: 3 });
});

describe('A database that is away', () => {
  it.each(['read', 'write'] as const)('is not asked again by a %s that failed', async (call) => {
    const { store, table } = await given(...after(8));
    const calls: string[] = [];
    const away = aroundCalls(noting(table, calls), (name, proceed) => {
      if (name !== call) return proceed();
      calls.push(`${call} failed`);
      return Promise.reject(new KitError('store-unavailable', 'away', { retryable: true }));
    });
    await expect(catchUp({ store, table: away }, journal, stream, 8)).rejects.toMatchObject({
      code: 'store-unavailable',
    });
    expect(calls.filter((name) => name.endsWith('failed'))).toEqual([`${call} failed`]);
  });

  it('is not asked again when it is the log', async () => {
    const { table } = await given();
    let reads = 0;
    const store = {
      async readCommits(): Promise<never> {
        reads += 1;
        throw new KitError('store-unavailable', 'away', { retryable: true });
      },
    };
    await expect(catchUp({ store, table }, journal, stream, 1)).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(reads).toBe(1);
  });
});
