/** A query of a row is answered from the keys that it names, and strongly with everything that is acknowledged. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '#shared/event/index.ts';
import { catchUp, type ProjectionPorts, parkStream } from '#shared/projection/index.ts';
import { counted, journal, noted, record, spoilt, standings, tally } from '../../support/tally.ts';
import { aroundCalls, noting, notingWhole } from './around-calls.ts';
import { ask, bodyOf, STRONG, upToVersions } from './asking.ts';
import { given, paged, stream } from './projection-harness.ts';

const ROW = '/tallies/{id}';
const COUNTS = '/tallies/{id}/counts';
const BESIDE = '/tallies/{id}/beside';
type Counts = {
  readonly sum: number;
  readonly version: number;
  readonly counts: { readonly by: number; readonly sum: number }[];
};

/** What the counts of a tally are, the newest first. */
function countsOf(numbers: readonly number[]): Counts {
  let sum = 0;
  const counts = numbers.map((by) => {
    sum += by;
    return { by, sum };
  });
  return { sum, version: numbers.length, counts: counts.toReversed() };
}

const each = (numbers: readonly number[]) => numbers.map((by) => [counted(by)]);

describe('A plain query', () => {
  it('is the row as it stands, in one eventually consistent request, and leaves the log alone', async () => {
    const { store, table } = await given([counted(1)]);
    await catchUp({ store, table }, journal, stream, 1);
    await record(store, stream, [counted(2)]);
    const calls: unknown[] = [];
    const watched = notingWhole(table, (call, args) => void calls.push([call, ...args]));
    const unread = { readCommits: () => Promise.reject(new Error('the log was read')) };
    const answer = await ask({ store: unread, table: watched }, journal, ROW, { id: '1' });
    expect(answer).toEqual({ kind: 'found', body: { id: '1', sum: 1, version: 1 }, version: 1, parked: false });
    expect(calls).toEqual([['read', stream]]);
  });

  it('reads a row and its entries in two requests', async () => {
    const { store, table } = await given(...each([1, 2, 3]));
    await catchUp({ store, table }, standings, stream, 1);
    const calls: string[] = [];
    const body = await bodyOf(ask({ store, table: noting(table, calls) }, standings, COUNTS, { id: '1' }));
    expect(body).toEqual({ ...countsOf([1, 2, 3]), next: null });
    expect(calls).toEqual(['read', 'list']);
  });

  it('asks for a consistent read of nothing', async () => {
    const { store, table } = await given(...each([1, 2, 3]));
    await catchUp({ store, table }, standings, stream, 1);
    const options: unknown[] = [];
    const watched = notingWhole(table, (_, args) => void options.push(Object(args[1]).consistent ?? false));
    await ask({ store, table: watched }, standings, COUNTS, { id: '1' });
    await ask({ store, table: watched }, standings, BESIDE, { id: '1', with: '1' });
    expect(options).toEqual([false, false, false, false]);
  });

  it('folds a row that is not there from the log, its entries too', async () => {
    const { store, table } = await given(...each([4, 5, 6]));
    const calls: string[] = [];
    const ports = { store: noting(store, calls), table: noting(table, calls) };
    expect(await bodyOf(ask(ports, standings, COUNTS, { id: '1' }))).toEqual({ ...countsOf([4, 5, 6]), next: null });
    expect(calls).toEqual(['read', 'list', 'readCommits']);
    expect(await bodyOf(ask(ports, journal, ROW, { id: '1' }))).toEqual({ id: '1', sum: 15, version: 3 });
  });

  it('folds it also when a first change is announced and not ended', async () => {
    const { store, table } = await given(Array.from({ length: 120 }, () => counted(1)));
    const dying = aroundCalls(table, (call, proceed) =>
      call === 'write' ? Promise.reject(new Error('the process is gone')) : proceed(),
    );
    await expect(catchUp({ store, table: dying }, standings, stream, 1)).rejects.toThrow('gone');
    expect(await table.read(stream)).toMatchObject({ watermark: 0, announced: 120 });
    const body = await bodyOf<Counts>(ask({ store, table }, standings, COUNTS, { id: '1' }, { limit: 200 }));
    expect(body).toEqual({ ...countsOf(Array(120).fill(1)), next: null });
  });

  it('finds nothing where there is nothing, however it is asked', async () => {
    const ports = await given();
    for (const consistency of [undefined, STRONG, upToVersions([stream, 5])]) {
      for (const path of [COUNTS, BESIDE]) {
        const answer = ask(ports, standings, path, { id: '1', with: '2' }, { ...(consistency && { consistency }) });
        expect(await answer).toEqual({ kind: 'nothing', parked: false });
      }
    }
  });

  it('finds a row though a token names its stream as it was before it began', async () => {
    const ports = await given([counted(3)]);
    const consistency = upToVersions([stream, 0]);
    expect(await bodyOf(ask(ports, journal, ROW, { id: '1' }, { consistency }))).toMatchObject({ sum: 3, version: 1 });
  });
});

describe('A strong query', () => {
  it('has everything that is acknowledged, however little of it has arrived, in the row as in the entries', async () => {
    const numbers = fc.array(fc.nat({ max: 20 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        numbers,
        numbers,
        fc.constantFrom(1, 2, 100),
        fc.boolean(),
        async (first, rest, limit, token) => {
          const { store, table } = await given(...each(first));
          if (first.length > 0) await catchUp({ store, table }, standings, stream, 1);
          for (const commit of each(rest)) await record(store, stream, commit);
          const all = [...first, ...rest];
          const consistency = token ? upToVersions([stream, all.length]) : STRONG;
          const answer = ask(
            { store: paged(store, limit), table },
            standings,
            COUNTS,
            { id: '1' },
            { consistency, limit: 100 },
          );
          if (all.length === 0) expect(await answer).toEqual({ kind: 'nothing', parked: false });
          else expect(await bodyOf(answer)).toEqual({ ...countsOf(all), next: null });
        },
      ),
    );
  });

  it('takes one request of the log more than a plain one', async () => {
    const { store, table } = await given(...each([1, 2]));
    await catchUp({ store, table }, standings, stream, 1);
    const calls: string[] = [];
    const ports = { store: noting(store, calls), table: noting(table, calls) };
    await ask(ports, journal, ROW, { id: '1' }, { consistency: STRONG });
    expect(calls.splice(0)).toEqual(['read', 'readCommits']);
    await ask(ports, standings, COUNTS, { id: '1' }, { consistency: STRONG });
    expect(calls.splice(0)).toEqual(['read', 'list', 'readCommits']);
    await ask(ports, journal, ROW, { id: '1' }, { consistency: upToVersions([stream, 2]) });
    expect(calls).toEqual(['read']);
  });

  it('reads entries after the watermark, consistently, and the log last', async () => {
    const { store, table } = await given(...each([1]));
    const lists: unknown[] = [];
    const watched = notingWhole(table, (call, args) => void (call === 'list' && lists.push(args[1])));
    await ask({ store, table: watched }, standings, COUNTS, { id: '1' }, { consistency: STRONG });
    await ask({ store, table: watched }, standings, COUNTS, { id: '1' }, { consistency: upToVersions([stream, 1]) });
    expect(lists).toEqual([{ consistent: true }, { consistent: true }]);
  });

  it('applies each page of the log before it reads the next, so that a stream of any length fits into the memory', async () => {
    const { store, table } = await given([spoilt], ...each([1, 2, 3]));
    const calls: string[] = [];
    const asked = ask(
      { store: noting(paged(store, 1), calls), table },
      journal,
      ROW,
      { id: '1' },
      { consistency: STRONG },
    );
    await expect(asked).rejects.toThrow('cannot be applied');
    expect(calls).toEqual(['readCommits']);
  });

  it('writes nothing', async () => {
    const { store, table } = await given(...each([1]));
    const calls: string[] = [];
    await ask({ store, table: noting(table, calls) }, standings, COUNTS, { id: '1' }, { consistency: STRONG });
    expect(calls).toEqual(['read', 'list']);
    expect(await table.read(stream)).toBeUndefined();
  });

  it('fails rather than leave out an event that cannot be applied', async () => {
    const ports = await given([counted(1), spoilt]);
    const asked = ask(ports, journal, ROW, { id: '1' }, { consistency: STRONG });
    await expect(asked).rejects.toThrow('cannot be applied');
  });
});

describe('A query that joins rows', () => {
  type Beside = { readonly sum: number; readonly others: Record<string, [unknown, number]> };
  const ids = (count: number) => Array.from({ length: count }, (_, index) => `o${index}`);

  /** A tally and others; `projected` of them have their rows. */
  async function beside(count: number, projected: number, events: readonly DomainEvent[] = [counted(1)]) {
    const { store, table } = await given([counted(1)]);
    await catchUp({ store, table }, standings, stream, 1);
    for (const [index, id] of ids(count).entries()) {
      await record(store, tally(id), events);
      if (index < projected) await catchUp({ store, table }, standings, tally(id), 1);
    }
    const calls: string[] = [];
    return { store, table, calls, watched: { store: noting(store, calls), table: noting(table, calls) } };
  }
  const sumsOf = ({ others }: Beside) =>
    Object.fromEntries(Object.entries(others).map(([of, [row]]) => [of, (row as { sum: number }).sum]));

  it('reads them all in one request, up to a hundred', async () => {
    const { watched, calls } = await beside(100, 100);
    const body = await bodyOf<Beside>(ask(watched, standings, BESIDE, { id: '1', with: ids(100).join() }));
    expect(sumsOf(body)).toEqual(Object.fromEntries(ids(100).map((id) => [tally(id), 1])));
    expect(calls).toEqual(['read', 'readMany']);
  });

  it('takes those that are there, and folds those that are not from the log when it is asked strongly', async () => {
    const { watched, calls } = await beside(4, 2);
    const question = { id: '1', with: 'o0,o1,o2,o3,never,o0' };
    const plain = await bodyOf<Beside>(ask(watched, standings, BESIDE, question));
    expect(sumsOf(plain)).toEqual(Object.fromEntries(ids(2).map((id) => [tally(id), 1])));
    expect(calls).toEqual(['read', 'readMany']);
    const strong = await bodyOf<Beside>(ask(watched, standings, BESIDE, question, { consistency: STRONG }));
    expect(sumsOf(strong)).toEqual(Object.fromEntries(ids(4).map((id) => [tally(id), 1])));
  });

  it('has all that is acknowledged of them when asked strongly, and what a token names', async () => {
    const { store, watched, calls } = await beside(3, 3);
    for (const id of ids(3)) await record(store, tally(id), [counted(10)]);
    const [one = '', two = ''] = ids(3);
    const question = { id: '1', with: ids(3).join() };
    const strong = await bodyOf<Beside>(ask(watched, standings, BESIDE, question, { consistency: STRONG }));
    expect(Object.values(sumsOf(strong))).toEqual([11, 11, 11]);
    calls.length = 0;
    const consistency = upToVersions([tally(one), 2], [tally(two), 1]);
    const named = await bodyOf<Beside>(ask(watched, standings, BESIDE, question, { consistency }));
    expect(Object.values(sumsOf(named))).toEqual([11, 1, 1]);
    expect(calls.filter((call) => call === 'readCommits').length).toBeLessThanOrEqual(2);
  });

  it('has their versions', async () => {
    const { watched } = await beside(1, 0, [counted(1), noted('a')]);
    const asked = ask(watched, standings, BESIDE, { id: '1', with: 'o0' }, { consistency: STRONG });
    const { others } = await bodyOf<Beside>(asked);
    expect(others['tally-o0']?.[1]).toBe(2);
  });
});

describe('An answer from a parked stream', () => {
  const park = async (of: ProjectionPorts, id: string) =>
    parkStream({ table: of.table, clock: () => new Date('2026-11-21T12:00:00.000Z') }, standings, tally(id), 'poison');

  it('says so, and is the row as it was before', async () => {
    const ports = await given([counted(1)]);
    await catchUp(ports, standings, stream, 1);
    await park(ports, '1');
    await record(ports.store, stream, [counted(2)]);
    const answer = await ask(ports, standings, COUNTS, { id: '1' });
    expect(answer).toMatchObject({ kind: 'found', body: { sum: 1, version: 1 }, parked: true });
  });

  it('says so also where nothing could be applied yet, and leaves the log alone', async () => {
    const ports = await given([counted(1)]);
    await park(ports, '1');
    const unread = { readCommits: () => Promise.reject(new Error('the log was read')) };
    expect(await ask({ ...ports, store: unread }, standings, COUNTS, { id: '1' })).toEqual({
      kind: 'nothing',
      parked: true,
    });
  });

  it('says so when one of several joined rows is parked, and not when none is', async () => {
    const ports = await given([counted(1)]);
    for (const id of ['a', 'b']) {
      await record(ports.store, tally(id), [counted(1)]);
      await catchUp(ports, standings, tally(id), 1);
    }
    await catchUp(ports, standings, stream, 1);
    const question = { id: '1', with: 'a,b' };
    expect(await ask(ports, standings, BESIDE, question)).toMatchObject({ parked: false });
    await park(ports, 'b');
    expect(await ask(ports, standings, BESIDE, question)).toMatchObject({ parked: true });
  });
});
