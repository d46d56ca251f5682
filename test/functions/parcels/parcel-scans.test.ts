/** What becomes of scans that are sent over HTTP: each is recorded once, none is refused, and what is none is told by its place. */
import { describe, expect, it, vi } from 'vitest';
import type { EventStore } from '#shared/event-store/index.ts';
import { watched } from '../../support/machine.ts';
import { at, load, NOW, receive, scanning } from './scanning.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
const scan = load('a', 0, 'T1');
const faultsOf = (json: Record<string, unknown>) =>
  (json.errors as { path: string; code: string }[]).map(({ path }) => path);

describe('Scans', () => {
  it('are one commit, answered with how many were new, the version as ETag and a token', async () => {
    const { send, store } = scanning();
    const scans = [load('b', 5, 'T1'), receive('a', 0, 'D1'), { ...load('b', 6, 'T2') }];
    expect(await send('1', { scans })).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'application/json', etag: '"2"', 'consistency-token': 'parcel-1@2' },
      json: { stream: 'parcel-1', version: 2, accepted: 2, duplicates: 1 },
    });
    const { commits } = await store.readCommits('parcel-1' as never, { after: 0 }); // a stream of parcels
    expect(commits).toMatchObject([
      {
        why: { what: 'record-scans' },
        events: [
          { what: 'LoadedOntoTruck', effectiveAt: at(5), data: { scanId: 'b', truckId: 'T1' } },
          { what: 'ReceivedAtDepot', effectiveAt: at(0), data: { scanId: 'a', depotId: 'D1' } },
        ],
      },
    ]);
  });

  it('that are all duplicates change nothing, however long ago the first were recorded and whatever else they say', async () => {
    const { send, versionOf } = scanning();
    await send('1', { scans: [scan] });
    for (let batch = 0; batch < 130; batch += 1) await send('1', { scans: [load(`later-${batch}`, 0, 'T1')] });
    const again = { scans: [receive('a', 7, 'D9'), { ...scan, truckId: 'T2' }] };
    expect(await send('1', again)).toMatchObject({
      statusCode: 200,
      headers: { etag: '"131"' },
      json: { stream: 'parcel-1', version: 131, accepted: 0, duplicates: 2 },
    });
    expect(await versionOf('1')).toBe(131);
  });

  it('are told apart by parcel', async () => {
    const { send } = scanning();
    await send('1', { scans: [scan] });
    expect((await send('2', { scans: [scan] })).json).toMatchObject({ accepted: 1, duplicates: 0 });
  });

  it('that are repeated under one key are answered as the first time, also when the key is good for more', async () => {
    const { send, versionOf } = scanning();
    const key = { 'idempotency-key': 'batch 7' };
    await send('1', { scans: [scan] });
    const body = { scans: [scan, load('b', 1, 'T1'), load('c', 2, 'T1')] };
    const first = await send('1', body, key);
    expect(first.json).toEqual({ stream: 'parcel-1', version: 3, accepted: 2, duplicates: 1 });
    await send('1', { scans: [load('d', 3, 'T1')] });
    expect(await send('1', body, key)).toEqual({
      ...first,
      headers: { ...first.headers, 'idempotency-replayed': 'true' },
    });
    expect((await send('1', body)).json).toEqual({ stream: 'parcel-1', version: 4, accepted: 0, duplicates: 3 });
    expect(await versionOf('1')).toBe(4);
  });

  it('have times in UTC to the millisecond, however short they were written', async () => {
    const { send, store } = scanning();
    const times = ['2026-11-19T12:00:00Z', '2026-11-19T12:00:00.1Z', '2026-11-19T12:00:00.123Z'];
    await send('1', { scans: times.map((time, index) => ({ ...load(`s${index}`, 0, 'T1'), at: time })) });
    const { events } = await store.readEvents('parcel-1' as never, { after: 0, limit: 10 }); // a stream of parcels
    expect(events.map(({ context }) => context.effectiveAt)).toEqual([
      '2026-11-19T12:00:00.000Z',
      '2026-11-19T12:00:00.100Z',
      '2026-11-19T12:00:00.123Z',
    ]);
  });

  it('may be of up to a day ahead, and of any time in the past', async () => {
    const { send } = scanning();
    const ahead = new Date(Date.parse(NOW) + DAY_MS).toISOString();
    const scans = [
      { ...scan, at: ahead },
      { ...scan, scanId: 'b', at: '0001-01-01T00:00:00Z' },
    ];
    expect((await send('1', { scans })).json).toMatchObject({ accepted: 2 });
  });
});

describe('What is no scan', () => {
  const { at: _, ...withoutTime } = scan;
  const ahead = (milliseconds: number) => new Date(Date.parse(NOW) + DAY_MS + milliseconds).toISOString();
  const many = (count: number) => Array.from({ length: count }, (_, index) => load(`s${index}`, index, 'T1'));

  it.each<[string, unknown, string[]]>([
    ['no scans', { scans: [] }, ['scans']],
    ['101 scans', { scans: many(101) }, ['scans']],
    ['nothing', {}, ['scans']],
    ['a scan beside the scans', { scans: [scan], ...scan }, ['scanId', 'what', 'at', 'truckId']],
    ['no time', { scans: [scan, withoutTime] }, ['scans.1.at']],
    ['a scan of nothing that is known', { scans: [{ ...scan, what: 'Lost' }] }, ['scans.0.what']],
    ['a truck without an id', { scans: [{ ...scan, truckId: '' }] }, ['scans.0.truckId']],
    ['a truck for a depot', { scans: [{ ...scan, what: 'ReceivedAtDepot' }] }, ['scans.0.depotId', 'scans.0.truckId']],
    [
      'ids that are none',
      {
        scans: [
          { ...scan, scanId: 'a b' },
          { ...scan, scanId: 'x'.repeat(129) },
        ],
      },
      ['scans.0.scanId', 'scans.1.scanId'],
    ],
    [
      'an empty reason',
      { scans: [{ scanId: 'a', what: 'DeliveryFailed', at: at(0), reason: ' ' }] },
      ['scans.0.reason'],
    ],
    ...[
      '2026-11-19',
      '2026-11-19T12:00Z',
      '2026-11-19T12:00:00',
      '2026-11-19T12:00:00+01:00',
      '2026-11-19T12:00:00.1234Z',
      '2026-02-30T12:00:00Z',
      '2026-11-19T24:00:00Z',
      '+012026-11-19T12:00:00Z',
      'now',
      7,
    ].map((time): [string, unknown, string[]] => [
      `the time ${time}`,
      { scans: [{ ...scan, at: time }] },
      ['scans.0.at'],
    ]),
    [
      'times of more than a day ahead',
      { scans: many(5).map((one, index) => (index % 2 === 1 ? { ...one, at: ahead(index) } : one)) },
      ['scans.1.at', 'scans.3.at'],
    ],
  ])('is 400, names each place, and records nothing: %s', async (_, body, paths) => {
    const { send, versionOf } = scanning();
    const { statusCode, json } = await send('1', body);
    expect({ statusCode, paths: [...new Set(faultsOf(json))].toSorted() }).toEqual({
      statusCode: 400,
      paths: paths.toSorted(),
    });
    expect(await versionOf('1')).toBe(0);
  });

  it('takes a batch with it, but not a repeat of one that was recorded by a clock that was ahead', async () => {
    const { send, pass, versionOf } = scanning();
    const key = { 'idempotency-key': 'k' };
    const body = { scans: [scan, { ...load('b', 0, 'T1'), at: ahead(1) }] };
    expect((await send('1', body, key)).statusCode).toBe(400);
    pass(1);
    expect((await send('1', body, key)).json).toMatchObject({ accepted: 2 });
    pass(-1);
    expect(await send('1', body, key)).toMatchObject({
      statusCode: 200,
      headers: { 'idempotency-replayed': 'true' },
      json: { accepted: 2, duplicates: 0 },
    });
    expect((await send('1', body)).statusCode).toBe(400);
    expect(await versionOf('1')).toBe(2);
  });
});

describe('Scans that meet others', () => {
  it('are recorded after them, never answered with a conflict, however many are faster', async () => {
    let rivals = 40;
    const faster = (store: EventStore) =>
      watched(store, async (call, proceed) => {
        if (call !== 'append' || rivals === 0) return proceed();
        rivals -= 1;
        return { kind: 'conflict' };
      }).store;
    const { send } = scanning(faster);
    expect(await send('1', { scans: [scan] })).toMatchObject({ statusCode: 200, json: { accepted: 1 } });
    expect(rivals).toBe(0);
  });

  it('are 503 with a time to come back when the request is over before they are through', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const crowded = (store: EventStore) =>
      watched(store, async (call, proceed) => {
        if (call !== 'append') return proceed();
        await new Promise((resolve) => setImmediate(resolve));
        return { kind: 'conflict' };
      }).store;
    const { send, versionOf } = scanning(crowded);
    expect(await send('1', { scans: [scan] }, {}, 1_000)).toMatchObject({
      statusCode: 503,
      headers: { 'retry-after': expect.stringMatching(/^\d+$/) },
      json: { code: 'unavailable' },
    });
    expect(await versionOf('1')).toBe(0);
    vi.restoreAllMocks();
  });
});
