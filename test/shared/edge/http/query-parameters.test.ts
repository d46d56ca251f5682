/** Path and query string of a query are checked, lists are read in pages, and headers that cannot be honoured are refused. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { catchUp } from '#shared/projection/index.ts';
import { counted, record, standings, tally } from '../../../support/tally.ts';
import { edge, faultPaths } from './edge.ts';

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(() => vi.restoreAllMocks());

const GROUP = '/groups/{group}/tallies';
const COUNTS = '/tallies/{id}/counts';
type Group = { readonly tallies: [string, { readonly sum: number }][]; readonly next: string | null };

/** Ten tallies of the group 0, and one with five counts; all projected. */
async function projected() {
  const context = edge();
  const { store, tableOf } = context;
  const ports = { store, table: tableOf(standings) };
  for (let index = 0; index < 10; index += 1) {
    await record(store, tally(`t${index}`), [counted(3 * index)]);
    await catchUp(ports, standings, tally(`t${index}`), 1);
  }
  for (const by of [1, 2, 4, 8, 16]) await record(store, tally('five'), [counted(by)]);
  await catchUp(ports, standings, tally('five'), 5);
  return context;
}

const group = (sent: Record<string, string> = {}, of = '0') => ({ parameters: { group: of }, query: sent });

describe('The parameters of a query', () => {
  it('are what its schema makes of path and query string', async () => {
    const { queryAt } = await projected();
    const { json } = await queryAt(GROUP, group({ least: '20' }));
    expect((json as Group).tallies.map(([, { sum }]) => sum)).toEqual([21, 24, 27]);
  });

  it.each<[string, Record<string, string>, Record<string, string>, string[]]>([
    [GROUP, { group: '3' }, {}, ['group']],
    [GROUP, { group: '' }, {}, ['group']],
    [GROUP, {}, {}, ['group']],
    [GROUP, { group: '0' }, { least: 'x' }, ['least']],
    [GROUP, { group: '0' }, { most: '1', other: '' }, ['most', 'other']],
    [GROUP, { group: '0' }, { group: '1' }, ['group']],
    [GROUP, { group: 'x' }, { limit: '0', least: '-1', more: '1' }, ['group', 'least', 'limit', 'more']],
    [COUNTS, { id: 'a b' }, {}, ['id']],
    [COUNTS, { id: '1' }, { id: '2' }, ['id']],
    [COUNTS, { id: '1' }, { 'as-at': '2026-01-01' }, ['as-at']],
    ['/tallies/{id}/beside', { id: '1' }, {}, ['with']],
    ['/tallies/{id}/beside', { id: '1' }, { with: 'a', limit: '5', cursor: 'x' }, ['cursor', 'limit']],
    ['/words/{word}/tallies', { word: 'a b' }, {}, ['word']],
  ])('are refused with every fault: %s %j %j', async (path, parameters, query, paths) => {
    const answer = await edge().queryAt(path, { parameters, query });
    expect([answer.statusCode, [...new Set(faultPaths(answer))].toSorted()]).toEqual([400, paths]);
    expect(answer.json).toMatchObject({ code: 'invalid-input' });
  });

  it('of a context that has no such query are 404', async () => {
    expect((await edge().queryAt('/nothing/{id}')).statusCode).toBe(404);
  });

  it('never lead to a failure of ours, whatever they are', async () => {
    const { queryAt } = await projected();
    const text = fc.oneof(fc.string(), fc.constantFrom('0', '1', '', 'tally-five@5', 'strong', '__proto__'));
    const names = fc.oneof(
      fc.constantFrom('limit', 'cursor', 'least', 'group', 'id', 'with', '__proto__'),
      fc.string(),
    );
    const texts = fc.dictionary(names, text, { noNullPrototype: true });
    const headers = fc.dictionary(fc.constantFrom('consistency', 'consistency-token'), text, { noNullPrototype: true });
    const path = fc.constantFrom(GROUP, COUNTS, '/tallies/{id}/beside', '/words/{word}/tallies');
    await fc.assert(
      fc.asyncProperty(path, texts, texts, headers, async (at, parameters, query, sent) => {
        const { statusCode, json } = await queryAt(at, { parameters, query, headers: sent });
        expect([200, 400, 404]).toContain(statusCode);
        if (statusCode !== 200) expect(json).toMatchObject({ status: statusCode, code: expect.any(String) });
      }),
      { numRuns: 300 },
    );
  });
});

describe('A list', () => {
  it('comes in pages of the size that is asked for, each entry once, without an ETag', async () => {
    const { queryAt } = await projected();
    const found: number[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const answer = await queryAt(GROUP, group({ limit: '4', ...(cursor && { cursor }) }));
      expect(answer).toMatchObject({ statusCode: 200, headers: { 'content-type': 'application/json' } });
      expect(answer.headers).not.toHaveProperty('etag');
      const { tallies, next } = answer.json as Group;
      found.push(...tallies.map(([, { sum }]) => sum));
      cursor = next;
    }
    expect(found).toEqual(Array.from({ length: 10 }, (_, index) => 3 * index));
  });

  it('beside a row has the row and its ETag on every page', async () => {
    const { queryAt } = await projected();
    const first = await queryAt(COUNTS, { parameters: { id: 'five' }, query: { limit: '3' } });
    expect(first).toMatchObject({ statusCode: 200, headers: { etag: '"5"' }, json: { sum: 31, version: 5 } });
    const query = { limit: '3', cursor: String(first.json.next) };
    const second = await queryAt(COUNTS, { parameters: { id: 'five' }, query });
    expect(second).toMatchObject({ headers: { etag: '"5"' }, json: { sum: 31, next: null } });
    const counts = [first, second].flatMap(({ json }) => (json.counts as { by: number }[]).map(({ by }) => by));
    expect(counts).toEqual([16, 8, 4, 2, 1]);
  });

  it.each(['0', '-1', '1001', '1.5', '1e2', '01', ' 1', '1,2', '', 'all'])('of %j entries is 400', async (limit) => {
    const answer = await (await projected()).queryAt(GROUP, group({ limit }));
    expect([answer.statusCode, faultPaths(answer)]).toEqual([400, ['limit']]);
  });

  it.each(['1', '10', '1000'])('can have %s entries on a page', async (limit) => {
    const { json } = await (await projected()).queryAt(GROUP, group({ limit }));
    expect((json as Group).tallies).toHaveLength(Math.min(Number(limit), 10));
  });

  it('is 400 with a cursor that was changed, is none, or belongs to another key or query', async () => {
    const { queryAt } = await projected();
    const { json } = await queryAt(GROUP, group({ limit: '2' }));
    const cursor = String(json.next);
    for (const [path, sent] of [
      [GROUP, group({ cursor: `${cursor}A` })],
      [GROUP, group({ cursor: cursor.slice(1) })],
      [GROUP, group({ cursor: '' })],
      [GROUP, group({ cursor }, '1')],
      [COUNTS, { parameters: { id: 'five' }, query: { cursor } }],
    ] as const) {
      const answer = await queryAt(path, sent);
      expect([answer.statusCode, faultPaths(answer)]).toEqual([400, ['cursor']]);
    }
  });

  it('includes what tokens name, also of several streams, though no message came', async () => {
    const { queryAt, store } = await projected();
    await record(store, tally('t0'), [counted(1)]);
    await record(store, tally('new'), [counted(6)]);
    const headers = { 'consistency-token': 'tally-t0@2,  tally-new@1 , tally-t1@1' };
    const { tallies } = (await queryAt(GROUP, { ...group(), headers })).json as Group;
    expect(tallies.slice(0, 3)).toEqual([
      ['tally-t1', { sum: 3 }],
      ['tally-new', { sum: 6 }],
      ['tally-t2', { sum: 6 }],
    ]);
  });

  it.each<[Record<string, string>, Record<string, string>]>([
    [{ consistency: 'strong' }, {}],
    [{ consistency: 'strong', 'consistency-token': 'tally-t0@1' }, {}],
    [{ 'consistency-token': 'tally-t0@1' }, { least: '1' }],
  ])('is 400 when it cannot be read that way: %j %j', async (headers, query) => {
    const answer = await (await projected()).queryAt(GROUP, { ...group(query), headers });
    expect(answer).toMatchObject({ statusCode: 400, json: { code: 'consistency-not-available' } });
  });

  it('beside a row can be read strongly, with tokens too', async () => {
    const { queryAt, store } = await projected();
    await record(store, tally('five'), [counted(32)]);
    const asked: Record<string, string>[] = [{}, { 'consistency-token': 'tally-t0@1' }];
    for (const token of asked) {
      const headers = { consistency: 'strong', ...token };
      const answer = await queryAt(COUNTS, { parameters: { id: 'five' }, query: { limit: '1' }, headers });
      expect(answer).toMatchObject({ headers: { etag: '"6"' }, json: { sum: 63, counts: [{ by: 32, sum: 63 }] } });
    }
  });

  it('takes tokens of up to twenty streams', async () => {
    const tokens = (count: number) => Array.from({ length: count }, (_, index) => `tally-t${index}@1`).join();
    const { queryAt } = await projected();
    expect((await queryAt(GROUP, { ...group(), headers: { 'consistency-token': tokens(20) } })).statusCode).toBe(200);
    const answer = await queryAt(GROUP, { ...group(), headers: { 'consistency-token': tokens(21) } });
    expect([answer.statusCode, faultPaths(answer)]).toEqual([400, ['consistency-token']]);
  });
});
