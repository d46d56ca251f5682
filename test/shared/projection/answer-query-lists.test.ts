/** A query of a list is read in pages from one key, each entry once. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catchUp, createInMemoryQueryTable } from '#shared/projection/index.ts';
import { concordance, counted, noted, record, standings, tally } from '../../support/tally.ts';
import { noting, notingWhole } from './around-calls.ts';
import { ask, bodyOf, STRONG, upToVersions } from './asking.ts';
import { given } from './projection-harness.ts';

const GROUP = '/groups/{group}/tallies';
const WORD = '/words/{word}/tallies';
type Group = { readonly tallies: [string, { readonly sum: number }][]; readonly next: string | null };

/** Tallies with these sums, projected. */
async function tallied(sums: readonly number[]) {
  const { store, table } = await given();
  for (const [index, sum] of sums.entries()) {
    await record(store, tally(`t${index}`), [counted(sum)]);
    await catchUp({ store, table }, standings, tally(`t${index}`), 1);
  }
  return { store, table };
}

const nineOfThree = Array.from({ length: 9 }, (_, index) => index * 3);

describe('A page of a list', () => {
  it('takes one eventually consistent request, and leaves rows and the log alone', async () => {
    const { store, table } = await tallied(nineOfThree);
    const calls: unknown[] = [];
    const ports = {
      store: notingWhole(store, (call) => void calls.push(call)),
      table: notingWhole(table, (call, args) => void calls.push([call, args[1]])),
    };
    const { tallies, next } = await bodyOf<Group>(ask(ports, standings, GROUP, { group: 0 }, { limit: 4 }));
    expect(tallies.map(([, { sum }]) => sum)).toEqual([0, 3, 6, 9]);
    expect(next).toEqual(expect.any(String));
    expect(calls).toEqual([['list', { consistent: false }]]);
  });

  it('with tokens takes two requests for each stream that is named and behind', async () => {
    const { store, table } = await tallied([3, 6]);
    await record(store, tally('t0'), [counted(3)]);
    const calls: string[] = [];
    const ports = { store: noting(store, calls), table: noting(table, calls) };
    const options = { consistency: upToVersions([tally('t0'), 2], [tally('t1'), 1]) };
    expect((await bodyOf<Group>(ask(ports, standings, GROUP, { group: 0 }, options))).tallies).toEqual([
      ['tally-t0', { sum: 6 }],
      ['tally-t1', { sum: 6 }],
    ]);
    expect(calls).toEqual(['readMany', 'list', 'readCommits']);
  });

  it('has a hundred entries unless another number is asked for', async () => {
    const { store, table } = await tallied(Array.from({ length: 120 }, (_, index) => index * 3));
    const first = await bodyOf<Group>(ask({ store, table }, standings, GROUP, { group: 0 }));
    expect(first.tallies).toHaveLength(100);
    const cursor = first.next ?? '';
    const rest = await bodyOf<Group>(ask({ store, table }, standings, GROUP, { group: 0 }, { cursor }));
    expect([rest.tallies.length, rest.next]).toEqual([20, null]);
  });

  it('of a key that nobody has put is empty', async () => {
    expect(await bodyOf(ask(await given(), standings, GROUP, { group: 1 }))).toEqual({ tallies: [], next: null });
  });

  it('does not have what a stream has removed since, when a token names it', async () => {
    const { store, table } = await given();
    await record(store, tally('a'), [noted('one two')]);
    await catchUp({ store, table }, concordance, tally('a'), 1);
    await record(store, tally('a'), [noted('two three')]);
    const consistency = upToVersions([tally('a'), 2]);
    for (const [word, expected] of [
      ['one', []],
      ['two', ['tally-a']],
      ['three', ['tally-a']],
    ] as const) {
      expect(await bodyOf(ask({ store, table }, concordance, WORD, { word }, { consistency }))).toEqual({
        tallies: expected,
        next: null,
      });
    }
    const unasked = await bodyOf<{ tallies: unknown[] }>(ask({ store, table }, concordance, WORD, { word: 'one' }));
    expect(unasked.tallies).toEqual(['tally-a']);
  });
});

describe('A list that passes over entries', () => {
  const least = (sum: number, limit: number, cursor?: string | null) => ({
    parameters: { group: 0, least: sum },
    options: { limit, ...(cursor && { cursor }) },
  });

  it('has over all its pages each that is kept once, and none that is not', async () => {
    const sums = fc.array(fc.nat({ max: 60 }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(sums, fc.integer({ min: 1, max: 5 }), fc.nat({ max: 60 }), async (all, limit, sum) => {
        const ports = await tallied(all);
        const found: number[] = [];
        let cursor: string | null | undefined;
        while (cursor !== null) {
          const { parameters, options } = least(sum, limit, cursor);
          const { tallies, next }: Group = await bodyOf(ask(ports, standings, GROUP, parameters, options));
          expect(tallies.length).toBeLessThanOrEqual(limit);
          found.push(...tallies.map(([, { sum }]) => sum));
          cursor = next;
        }
        const kept = all.filter((one) => one % 3 === 0 && one >= sum);
        expect(found).toEqual(kept.toSorted((one, other) => one - other));
      }),
      { numRuns: 40 },
    );
  });

  it('ends a page early, and says where to go on, when it would take more than ten requests', async () => {
    const { store, table } = await tallied(Array.from({ length: 60 }, (_, index) => index * 3));
    const calls: string[] = [];
    const { parameters, options } = least(59 * 3, 2);
    const ports = { store, table: noting(table, calls) };
    const first = await bodyOf<Group>(ask(ports, standings, GROUP, parameters, options));
    expect([first.tallies, calls.length]).toEqual([[], 10]);
    expect(first.next).toEqual(expect.any(String));
  });

  it('honours no token', async () => {
    const consistency = upToVersions([tally('t0'), 1]);
    const answer = ask(await tallied([3]), standings, GROUP, { group: 0, least: 1 }, { consistency });
    expect(await answer).toEqual({ kind: 'consistency-not-available' });
  });
});

it('A list of many streams cannot be read strongly as a whole', async () => {
  for (const consistency of [STRONG, { kind: 'strong', versions: new Map([[tally('t0'), 1]]) } as const]) {
    const answer = ask(await tallied([3]), standings, GROUP, { group: 0 }, { consistency });
    expect(await answer).toEqual({ kind: 'consistency-not-available' });
  }
});

describe('A cursor', () => {
  async function cursorOf() {
    const ports = await tallied([...nineOfThree, ...nineOfThree.map((sum) => sum + 1)]);
    const { next } = await bodyOf<Group>(ask(ports, standings, GROUP, { group: 0 }, { limit: 3 }));
    return { ports, cursor: next ?? '' };
  }

  it('is good for its query and key, with another limit too', async () => {
    const { ports, cursor } = await cursorOf();
    const { tallies } = await bodyOf<Group>(ask(ports, standings, GROUP, { group: 0 }, { cursor, limit: 2 }));
    expect(tallies.map(([, { sum }]) => sum)).toEqual([9, 12]);
  });

  it('is refused by another key, another query, another projection and another version', async () => {
    const { ports, cursor } = await cursorOf();
    const invalid = { kind: 'invalid-cursor' };
    expect(await ask(ports, standings, GROUP, { group: 1 }, { cursor })).toEqual(invalid);
    expect(await ask(ports, standings, '/tallies/{id}/counts', { id: 't1' }, { cursor })).toEqual(invalid);
    expect(await ask(ports, concordance, WORD, { word: 'a' }, { cursor })).toEqual(invalid);
    expect(await ask(ports, { ...standings, version: 2 }, GROUP, { group: 0 }, { cursor })).toEqual(invalid);
    expect(await ask(ports, { ...standings, name: 'other' }, GROUP, { group: 0 }, { cursor })).toEqual(invalid);
  });

  it('is refused when it is none, and when one character of it was changed, added or left out', async () => {
    const { ports, cursor } = await cursorOf();
    const refused = async (changed: string) => {
      const answer = await ask(ports, standings, GROUP, { group: 0 }, { cursor: changed });
      expect(answer).toEqual({ kind: 'invalid-cursor' });
    };
    for (const none of ['', 'x', ' ', 'null', 'ü€😀', `${cursor}=`, `${cursor} `, cursor.toLowerCase()])
      await refused(none);
    for (let at = 0; at < cursor.length; at += 1) {
      await refused(cursor.slice(0, at) + (cursor[at] === 'A' ? 'B' : 'A') + cursor.slice(at + 1));
      await refused(cursor.slice(0, at) + cursor.slice(at + 1));
    }
    await fc.assert(fc.asyncProperty(fc.string(), refused));
  });

  it('goes on behind an entry that was removed since', async () => {
    const { ports, cursor } = await cursorOf();
    await record(ports.store, tally('t2'), [counted(1)]);
    await catchUp(ports, standings, tally('t2'), 2);
    const { tallies } = await bodyOf<Group>(ask(ports, standings, GROUP, { group: 0 }, { cursor }));
    expect(tallies.map(([, { sum }]) => sum)).toEqual([9, 12, 15, 18, 21, 24]);
  });
});

it('A page behind the first says so, so that an empty one is not taken for nothing', async () => {
  const { store } = await given();
  const pages: boolean[] = [];
  const query = {
    path: '/continued',
    meaning: '',
    list: () => ({ key: 'group#0' }),
    answer({ continued, next }: { readonly continued: boolean; readonly next: string | null }) {
      pages.push(continued);
      return { next };
    },
  };
  const told = { ...standings, queries: [query] };
  const ports = { store, table: (await tallied([3, 6])).table };
  const { next } = await bodyOf<Group>(ask(ports, told, '/continued', {}, { limit: 1 }));
  await ask({ ...ports, table: createInMemoryQueryTable() }, told, '/continued', {}, { cursor: next ?? '' });
  expect(pages).toEqual([false, true]);
});
