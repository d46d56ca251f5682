/** The time that a query is asked for, over HTTP: a time or a date that has been, of a stream that had begun. */
import { describe, expect, it } from 'vitest';
import { catchUp } from '#shared/projection/index.ts';
import { counted, NOW, record, standings, tally } from '../../../support/tally.ts';
import { countedOn } from '../../../support/tally-timeline.ts';
import { edge, faultPaths } from './edge.ts';

const COUNTS = '/tallies/{id}/counts';
const READINGS = '/tallies/{id}/readings';
const SUPPOSED = '/tallies/{id}/supposed';

/** A tally that was counted in two years, the newer one first by its date; the clock stands at NOW. */
async function counting() {
  const context = edge();
  const ports = { store: context.store, table: context.tableOf(standings) };
  await record(context.store, tally('1'), [countedOn('2025-06-01', 1)], { recordedAt: '2025-07-01T00:00:00.000Z' });
  await record(context.store, tally('1'), [countedOn('2024-06-01', 2)], { recordedAt: '2026-07-01T00:00:00.000Z' });
  await catchUp(ports, standings, tally('1'), 2);
  const get = (path: string, query: Record<string, string> = {}, headers: Record<string, string> = {}, id = '1') =>
    context.queryAt(path, { parameters: { id }, query, headers });
  return { ...context, get };
}

const faultsOf = async (answer: ReturnType<Awaited<ReturnType<typeof counting>>['get']>) => {
  const { statusCode, json } = await answer;
  return [statusCode, (json.errors as { path: string; code: string }[]).map(({ path, code }) => `${path} ${code}`)];
};

describe('A query as-at a time', () => {
  it.each([
    ['2025-07-01T00:00:00.000Z', 1, 1],
    ['2025-07-01T00:00:00Z', 1, 1],
    ['2026-06-30T23:59:59.999999Z', 1, 1],
    ['2026-07-01T00:00:00.000Z', 3, 2],
    [NOW, 3, 2],
  ])('is answered as it was known then, with that version as ETag: %s', async (time, sum, version) => {
    const { get } = await counting();
    expect(await get(COUNTS, { 'as-at': time })).toMatchObject({
      statusCode: 200,
      headers: { etag: `"${version}"` },
      json: { sum, version },
    });
  });

  it.each([
    '',
    '2025',
    '2025-07-01',
    '2025-07-01T00:00:00',
    '2025-07-01T00:00:00.000+00:00',
    '2025-02-30T00:00:00.000Z',
    '2025-07-01T24:00:00.000Z',
    '2025-07-01T00:00:00.000Z,2025-07-01T00:00:00.000Z',
    ' 2025-07-01T00:00:00.000Z',
    'now',
  ])('is 400 when that is no time: %j', async (time) => {
    const { get } = await counting();
    const answer = await get(COUNTS, { 'as-at': time });
    expect([answer.statusCode, faultPaths(answer)]).toEqual([400, ['as-at']]);
  });

  it('is 400 before the stream began and in the future, and 404 of an empty stream', async () => {
    const { get } = await counting();
    const beginning = [400, ['as-at before-the-beginning']];
    expect(await faultsOf(get(COUNTS, { 'as-at': '2025-06-30T23:59:59.999Z' }))).toEqual(beginning);
    const future = new Date(Date.parse(NOW) + 5_001).toISOString();
    const hardly = new Date(Date.parse(NOW) + 5_000).toISOString();
    expect((await get(COUNTS, { 'as-at': hardly })).statusCode).not.toBe(400);
    expect(await faultsOf(get(COUNTS, { 'as-at': future }))).toEqual([400, ['as-at in-the-future']]);
    expect((await get(COUNTS, { 'as-at': NOW }, {}, 'other')).statusCode).toBe(404);
  });

  it('has every command before it, whatever consistency is asked for', async () => {
    const { get, store } = await counting();
    await record(store, tally('1'), [counted(4)]);
    const asked: Record<string, string>[] = [
      {},
      { consistency: 'strong' },
      { 'consistency-token': 'tally-1@3' },
      { consistency: 'strong', 'consistency-token': 'tally-1@3,tally-other@7' },
    ];
    for (const headers of asked) {
      expect(await get(COUNTS, { 'as-at': NOW }, headers)).toMatchObject({ statusCode: 200, json: { sum: 7 } });
      expect(await get(READINGS, {}, headers)).toMatchObject({ statusCode: 200, headers: { etag: '"3"' } });
    }
    expect(await faultsOf(get(READINGS, {}, { consistency: 'weak' }))).toEqual([400, ['consistency invalid-header']]);
  });

  it('is told every fault at once', async () => {
    const { get } = await counting();
    const answer = await get(COUNTS, { 'as-at': 'x', limit: '0', other: '' }, { consistency: 'x' }, 'a b');
    expect(faultPaths(answer)).toEqual(['id', 'other', 'consistency', 'limit', 'as-at']);
  });

  it.each([
    ['/tallies/{id}', { 'as-at': NOW }, 'as-at'],
    ['/tallies/{id}/beside', { with: 'a', 'as-at': NOW }, 'as-at'],
    [COUNTS, { 'as-of': '2025-01-01' }, 'as-of'],
    [READINGS, { 'as-at': NOW }, 'as-at'],
    [SUPPOSED, { by: '1', on: '2025-01-01', 'as-of': '2025-01-01' }, 'as-of'],
  ])('is 400 where the query does not take it: %s %j', async (path, query, fault) => {
    const { get } = await counting();
    expect(await faultsOf(get(path, query))).toEqual([400, [`${fault} unrecognized_keys`]]);
  });

  it('refuses a cursor of another time', async () => {
    const { get } = await counting();
    const { json } = await get(COUNTS, { 'as-at': NOW, limit: '1' });
    const cursor = String(json.next);
    expect((await get(COUNTS, { 'as-at': NOW, limit: '1', cursor })).json).toMatchObject({ counts: [{ by: 1 }] });
    expect(await faultsOf(get(COUNTS, { limit: '1', cursor }))).toEqual([400, ['cursor invalid-cursor']]);
  });
});

describe('A query as-of a date', () => {
  it.each([
    [{}, 5, [1, 2]],
    [{ 'as-of': '2026-11-20' }, 5, [1, 2]],
    [{ 'as-of': '2025-06-01' }, 5, [1, 2]],
    [{ 'as-of': '2025-05-31' }, 2, [2]],
    [{ 'as-of': '2024-06-01' }, 2, [2]],
  ])('is what counted then, with the version of the log as ETag: %j', async (query, score, numbers) => {
    const { get } = await counting();
    const { statusCode, headers, json } = await get(READINGS, query);
    expect([statusCode, headers.etag, json.score]).toEqual([200, '"2"', score]);
    expect((json.readings as { by: number }[]).map(({ by }) => by)).toEqual(numbers);
  });

  it.each([
    '',
    '2017-02-30',
    '2017-13-01',
    '2025-6-1',
    '2025-06-01T00:00:00.000Z',
    '2025-06-01,2025-06-01',
    '20250601',
  ])('is 400 when that is no date: %j', async (date) => {
    const { get } = await counting();
    const answer = await get(READINGS, { 'as-of': date });
    expect([answer.statusCode, faultPaths(answer)]).toEqual([400, ['as-of']]);
  });

  it('is 400 before anything counts and in the future, and 404 of an empty stream', async () => {
    const { get } = await counting();
    expect(await faultsOf(get(READINGS, { 'as-of': '2024-05-31' }))).toEqual([400, ['as-of before-the-beginning']]);
    expect(await faultsOf(get(READINGS, { 'as-of': '2026-11-21' }))).toEqual([400, ['as-of in-the-future']]);
    expect((await get(READINGS, { 'as-of': '2025-01-01' }, {}, 'other')).statusCode).toBe(404);
  });
});

describe('A query of what might be', () => {
  it('may be of any date, and records nothing', async () => {
    const { get, store } = await counting();
    for (const [on, score] of [
      ['2020-01-01', 4 * 8 + 5],
      ['2025-01-01', 2 * (2 * 2 + 8) + 1],
      ['2099-01-01', 2 * 5 + 8],
    ] as const) {
      expect(await get(SUPPOSED, { by: '8', on })).toMatchObject({
        statusCode: 200,
        headers: { etag: '"2"' },
        json: { score, actual: 5 },
      });
    }
    expect((await store.load(tally('1'))).token.version).toBe(2);
  });

  it('is 400 with what does not fit the history', async () => {
    const { get } = await counting();
    expect(await faultsOf(get(SUPPOSED, { by: '999999999', on: '2025-01-01' }))).toEqual([400, ['by too-large']]);
    expect(await faultsOf(get(SUPPOSED, { by: '1', on: '2025-02-29' }))).toEqual([400, ['on invalid_format']]);
  });
});
