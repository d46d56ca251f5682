/** Queries of one row, and streams, are answered as the contract says. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KitError } from '#shared/event/index.ts';
import type { EventStore } from '#shared/event-store/index.ts';
import { catchUp } from '#shared/projection/index.ts';
import { ask, httpEvent } from '../../../support/http-events.ts';
import { counted, journal, record, tally } from '../../../support/tally.ts';
import { edge, faultPaths } from './edge.ts';

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(() => vi.restoreAllMocks());

const failing = (error: unknown) => (store: EventStore) => ({
  ...store,
  readEvents: () => Promise.reject(error),
  readCommits: () => Promise.reject(error),
});

/** A tally of three commits, of which the row has seen the first. */
async function behind() {
  const context = edge();
  const { store, tableOf } = context;
  await record(store, tally('1'), [counted(1)]);
  await catchUp({ store, table: tableOf(journal) }, journal, tally('1'), 1);
  await record(store, tally('1'), [counted(2)]);
  await record(store, tally('1'), [counted(3)]);
  return context;
}

describe('a query of one row', () => {
  it('is answered from the row as it stands, with its version as ETag', async () => {
    const { query } = await behind();
    expect(await query('1')).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'application/json', etag: '"1"' },
      json: { id: '1', sum: 1, version: 1 },
    });
  });

  it.each<Record<string, string>>([
    { consistency: 'strong' },
    { 'consistency-token': 'tally-1@3' },
    { 'consistency-token': 'tally-1@2, tally-9@4' },
    { consistency: 'strong', 'consistency-token': 'tally-1@3' },
  ])('has all that is acknowledged when asked with %j, though no message came', async (headers) => {
    const { query, store } = await behind();
    const answer = { statusCode: 200, headers: { etag: '"3"' }, json: { id: '1', sum: 6, version: 3 } };
    expect(await query('1', { headers })).toMatchObject(answer);
    await record(store, tally('new'), [counted(9)]);
    expect(await query('new', { headers })).toMatchObject({ statusCode: 200, json: { sum: 9, version: 1 } });
  });

  it('includes what a command was acknowledged with, by the token of its answer', async () => {
    const { command, query } = edge();
    const { headers } = await command('count', '7', { body: '{"by":4}' });
    const token = headers['consistency-token'] ?? '';
    expect(await query('7', { headers: { 'consistency-token': token } })).toMatchObject({
      json: { sum: 4, version: 1 },
    });
  });

  it('is there when its stream is, though no message has come yet', async () => {
    const { query, store } = edge();
    await record(store, tally('1'), [counted(1)]);
    const answer = { statusCode: 200, headers: { etag: '"1"' }, json: { sum: 1, version: 1 } };
    const asked: Record<string, string>[] = [{}, { consistency: 'strong' }, { 'consistency-token': 'tally-1@0' }];
    for (const headers of asked) {
      expect(await query('1', { headers })).toMatchObject(answer);
    }
  });

  it.each<Record<string, string>>([{}, { consistency: 'strong' }, { 'consistency-token': 'tally-none@3' }])(
    'is 404 when there is no such stream (%j)',
    async (headers) => {
      expect(await edge().query('none', { headers })).toMatchObject({
        statusCode: 404,
        headers: { 'content-type': 'application/problem+json' },
        json: { status: 404, code: 'not-found' },
      });
    },
  );

  it.each<[Record<string, string>, string[]]>([
    [{ consistency: 'weak' }, ['consistency']],
    [{ consistency: '' }, ['consistency']],
    ...['', 'tally-1', 'tally-1@', '@3', 'tally-1@x', 'tally-1@-1', 'tally-1@3,', 'TALLY-1@3', 'tally-1@3@4'].map(
      (token): [Record<string, string>, string[]] => [{ 'consistency-token': token }, ['consistency-token']],
    ),
    [{ 'consistency-token': 'tally-1@3x' }, ['consistency-token']],
    [{ 'consistency-token': `tally-1@${'1'.repeat(17)}` }, ['consistency-token']],
  ])('is 400 when asked with %j', async (headers, paths) => {
    const answer = await edge().query('1', { headers });
    expect([answer.statusCode, faultPaths(answer)]).toEqual([400, paths]);
  });

  it('is 400 with all faults at once', async () => {
    const answer = await edge().query('a b', { headers: { consistency: 'x', 'consistency-token': 'x' } });
    expect([answer.statusCode, faultPaths(answer)]).toEqual([400, ['id', 'consistency', 'consistency-token']]);
  });

  it('is 400 by its id when only that is wrong', async () => {
    const answer = await edge().query('a b');
    expect([answer.statusCode, faultPaths(answer)]).toEqual([400, ['id']]);
  });

  it('is 404 when there is no such query', async () => {
    const answer = await ask(edge().queries, httpEvent({ route: 'GET /tallies/{id}/none', parameters: { id: '1' } }));
    expect(answer).toMatchObject({ statusCode: 404, json: { detail: 'There is no query at /tallies/1/none.' } });
  });

  it('is 400 when it has a parameter that is not understood, rather than an answer to another question', async () => {
    const { query } = await behind();
    expect(await query('1', { query: { 'as-at': '2026-01-01T00:00:00.000Z' } })).toMatchObject({
      statusCode: 400,
      json: { errors: [{ path: 'as-at', message: 'There is no such field.' }] },
    });
  });

  it('is 503 when the log is away, and only when it is asked for', async () => {
    const { query, tableOf } = edge(failing(new KitError('store-unavailable', 'away', { retryable: true })));
    const row = { sum: 1, versions: [1] };
    await tableOf(journal).write(tally('1'), { from: 0, watermark: 1, row, put: [], remove: [] });
    expect((await query('1')).statusCode).toBe(200);
    expect(await query('1', { headers: { consistency: 'strong' } })).toMatchObject({
      statusCode: 503,
      headers: { 'retry-after': expect.any(String) },
    });
  });
});

describe('a stream', () => {
  it('is read from its beginning, in the published form, with its version as ETag', async () => {
    const { stream } = await behind();
    const answer = await stream('tally-1');
    expect(answer).toMatchObject({
      statusCode: 200,
      headers: { 'content-type': 'application/json', etag: '"3"' },
      json: { stream: 'tally-1', version: 3, next: null },
    });
    const [first] = answer.json.events as object[];
    expect(first).toEqual({
      context: {
        id: 'tally-1-1',
        what: 'Counted',
        when: '2026-11-20T12:11:04.123Z',
        effectiveAt: '2026-11-20T12:11:04.123Z',
        who: 'tester',
        why: { id: 'command-1', what: 'test', when: '2026-11-20T12:11:04.123Z', who: 'tester' },
        correlationId: 'story',
        causationId: 'cause',
        stream: 'tally-1',
        version: 1,
        schemaVersion: 2,
      },
      data: { by: 1 },
    });
  });

  it('is read page by page, without a gap or a double', async () => {
    const { stream, store } = edge();
    for (let number = 1; number <= 4; number += 1) await record(store, tally('1'), [counted(number), counted(number)]);
    const seen: number[] = [];
    for (let after: number | null = 0; after !== null; ) {
      const { json } = await stream('tally-1', { after: String(after), limit: '3' });
      seen.push(...(json.events as { context: { version: number } }[]).map(({ context }) => context.version));
      after = json.next as number | null;
    }
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('has up to 100 events on a page unless told', async () => {
    const { stream, store } = edge();
    await record(
      store,
      tally('1'),
      Array.from({ length: 101 }, () => counted(1)),
    );
    expect((await stream('tally-1')).json).toMatchObject({ version: 101, next: 100 });
    expect((await stream('tally-1', { limit: '1000' })).json.events).toHaveLength(101);
  });

  it.each(['tally-none', 'parcel-1', 'tally-~'])('that is not known is empty: %s', async (name) => {
    expect(await edge().stream(name)).toMatchObject({
      statusCode: 200,
      headers: { etag: '"0"' },
      json: { stream: name, version: 0, events: [], next: null },
    });
  });

  it('is empty after its end', async () => {
    const { stream } = await behind();
    for (const after of ['3', '4', '9007199254740991']) {
      expect((await stream('tally-1', { after })).json).toEqual({
        stream: 'tally-1',
        version: 3,
        events: [],
        next: null,
      });
    }
  });

  it.each([
    ['tally', {}, ['stream']],
    ['tally-', {}, ['stream']],
    ['TALLY-1', {}, ['stream']],
    ['unique#name#a', {}, ['stream']],
    ['tally-1', { limit: '0' }, ['limit']],
    ['tally-1', { limit: '1001' }, ['limit']],
    ['tally-1', { limit: '1.5' }, ['limit']],
    ['tally-1', { limit: '1,2' }, ['limit']],
    ['tally-1', { after: '-1' }, ['after']],
    ['tally-1', { after: '9007199254740992' }, ['after']],
    ['tally-1', { after: '' }, ['after']],
    ['tally-1', { after: '1e3' }, ['after']],
    ['tally-1', { after: '0x10' }, ['after']],
    ['tally-1', { after: '1'.padStart(17, '0') }, ['after']],
    ['x', { after: 'a', limit: 'b', more: '1' }, ['after', 'limit', 'more', 'stream']],
  ])('is 400 with all faults: %s %j', async (name, query, paths) => {
    const answer = await edge().stream(name, query);
    expect([answer.statusCode, [...new Set(faultPaths(answer))].toSorted()]).toEqual([400, paths]);
    expect(answer.headers['content-type']).toBe('application/problem+json');
  });

  it('is 503 with Retry-After when the store is away', async () => {
    const { stream } = edge(failing(new KitError('store-unavailable', 'away', { retryable: true })));
    expect(await stream('tally-1')).toMatchObject({ statusCode: 503, headers: { 'retry-after': expect.any(String) } });
  });
});
