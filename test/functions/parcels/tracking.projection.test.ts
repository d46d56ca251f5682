/** The views of parcels: histories by the times of scans, and trucks and depots that later scans alone move parcels between. */
import { describe, expect, it } from 'vitest';
import { toStreamId } from '#shared/event/index.ts';
import { NINE_IN_ORDER, nineScans } from '../../support/nine-scans.ts';
import { at, type Line, load, NOW, type Parcel, receive, scanning } from './scanning.ts';

const historyOf = ({ json }: { readonly json: Record<string, unknown> }) => json.history as readonly Line[];

describe('The nine scans of the document', () => {
  it.each([1, 2, 4, 9])(
    'stand in the order of their times, the one that came late marked, in batches of %i',
    async (size) => {
      const { scanned, parcel, onTruck, inDepot, pass } = scanning();
      const scans = nineScans('CU50-ZCV', 'Lewisham');
      for (let from = 0; from < scans.length; from += size) {
        await scanned('69016fb5', ...scans.slice(from, from + size));
        pass(1_000);
      }
      const { json, headers } = await parcel('69016fb5');
      expect(headers.etag).toBe('"9"');
      expect(json).toMatchObject({ id: '69016fb5', status: 'Delivered', settled: false, version: 9 });
      expect(json).not.toHaveProperty('next');
      expect(historyOf({ json }).map(({ scanId, what, at, late }) => [scanId, what, at, late])).toEqual(NINE_IN_ORDER);
      const recordedAt = (number: number) =>
        new Date(Date.parse(NOW) + 1_000 * Math.floor((number - 1) / size)).toISOString();
      expect(historyOf({ json }).slice(3, 7)).toEqual([
        {
          scanId: 'scan-4',
          what: 'LoadedOntoTruck',
          at: '2016-10-12T11:35:02.163Z',
          recordedAt: recordedAt(4),
          late: false,
          truckId: 'CU50-ZCV-first',
        },
        {
          scanId: 'scan-6',
          what: 'LoadedOntoTruck',
          at: '2016-10-12T11:38:51.204Z',
          recordedAt: recordedAt(6),
          late: true,
          truckId: 'CU50-ZCV-second',
        },
        {
          scanId: 'scan-5',
          what: 'LoadedOntoTruck',
          at: '2016-10-12T11:40:21.032Z',
          recordedAt: recordedAt(5),
          late: false,
          truckId: 'CU50-ZCV',
        },
        {
          scanId: 'scan-7',
          what: 'DeliveryFailed',
          at: '2016-10-12T14:12:44.021Z',
          recordedAt: recordedAt(7),
          late: false,
          reason: 'Nobody was at home.',
        },
      ]);
      expect((await onTruck('CU50-ZCV')).json).toEqual({ truckId: 'CU50-ZCV', parcels: ['69016fb5'] });
      for (const before of ['first', 'second']) {
        expect((await onTruck(`CU50-ZCV-${before}`)).json).toMatchObject({ parcels: [] });
      }
      expect((await inDepot('Lewisham')).json).toEqual({ depotId: 'Lewisham', parcels: ['69016fb5'] });
    },
  );
});

describe('A parcel', () => {
  it('is not found before it is scanned, and is found strongly before any message came', async () => {
    const { send, parcel } = scanning();
    expect(await parcel('1', { headers: { consistency: 'strong' } })).toMatchObject({ statusCode: 404 });
    await send('1', { scans: [load('a', 0, 'T1')] });
    const answer = await parcel('1', { headers: { consistency: 'strong' } });
    expect(answer).toMatchObject({ statusCode: 200, json: { status: 'LoadedOntoTruck', history: [{ scanId: 'a' }] } });
  });

  it('has the status of the last scan by time, and of scans of one time, of that with the last id', async () => {
    const { scanned, parcel } = scanning();
    await scanned('1', load('b', 5, 'T1'), receive('a', 5, 'D1'), receive('c', 4, 'D1'));
    const { json } = await parcel('1');
    expect(json.status).toBe('LoadedOntoTruck');
    expect(historyOf({ json }).map(({ scanId, late }) => [scanId, late])).toEqual([
      ['c', true],
      ['a', false],
      ['b', false],
    ]);
  });

  it('is settled once no scan was recorded within the settle time, of 120 seconds or as asked', async () => {
    const { scanned, parcel, pass } = scanning();
    await scanned('1', load('a', 0, 'T1'));
    const settled = async (settle?: string) =>
      ((await parcel('1', settle === undefined ? {} : { query: { settle } })).json as Parcel).settled;
    pass(119_999);
    expect([await settled(), await settled('119'), await settled('120'), await settled('0')]).toEqual([
      false,
      true,
      false,
      true,
    ]);
    pass(1);
    expect([await settled(), await settled('121')]).toEqual([true, false]);
    await scanned('1', receive('earlier', -60, 'D1'));
    expect([await settled(), await settled('0')]).toEqual([false, true]);
  });

  it.each(['-1', '1.5', 'soon', '', '1000000'])('cannot be asked to settle in %j seconds', async (settle) => {
    const { scanned, parcel } = scanning();
    await scanned('1', load('a', 0, 'T1'));
    expect(await parcel('1', { query: { settle } })).toMatchObject({
      statusCode: 400,
      json: { errors: [{ path: 'settle' }] },
    });
  });

  it('of thousands of scans comes in pages, each scan once, and its row stays small', async () => {
    const { scanned, parcel, table } = scanning();
    const SCANS = 2_300;
    for (let from = 0; from < SCANS; from += 100) {
      // Each batch is before the one that came last.
      await scanned(
        '1',
        ...Array.from({ length: 100 }, (_, index) => load(`s${from + index}`, index - from, `T${index}`)),
      );
    }
    for (const [limit, pages] of [
      [undefined, 3],
      ['700', 4],
      ['1000', 3],
    ] as const) {
      const found: Line[][] = [];
      for (let cursor: string | undefined, page = 0; page === 0 || cursor !== undefined; page += 1) {
        const query = { ...(limit && { limit }), ...(cursor && { cursor }) };
        const { json } = await parcel('1', { query, headers: page === 0 ? { consistency: 'strong' } : {} });
        found.push([...historyOf({ json })]);
        expect(json).toMatchObject({ status: 'LoadedOntoTruck', version: SCANS });
        cursor = json.next as string | undefined;
      }
      expect(found).toHaveLength(pages);
      const times = found.flat().map(({ at, scanId }) => `${at} ${scanId}`);
      expect(times).toEqual(times.toSorted());
      expect(new Set(times).size).toBe(SCANS);
    }
    expect(JSON.stringify(await table.read(toStreamId('parcel', '1'))).length).toBeLessThan(500);
  });
});

describe('A truck', () => {
  it('has the parcels that were loaded onto it last, by id; nobody else has, and a later scan takes them away', async () => {
    const { scanned, onTruck } = scanning();
    for (const id of ['b', 'a-1', 'a', 'B']) await scanned(id, load('1', 0, 'T1'));
    await scanned('a-1', load('2', 1, 'T2'));
    expect((await onTruck('T1')).json).toEqual({ truckId: 'T1', parcels: ['B', 'a', 'b'] });
    expect((await onTruck('T2')).json).toEqual({ truckId: 'T2', parcels: ['a-1'] });
    expect(await onTruck('T3')).toMatchObject({ statusCode: 200, json: { truckId: 'T3', parcels: [] } });
  });

  it('keeps a parcel when an earlier scan comes afterwards, and gets it back by a later one', async () => {
    const { scanned, onTruck } = scanning();
    const trucks = async () =>
      Promise.all(['T1', 'T2', 'T3'].map(async (truck) => ((await onTruck(truck)).json.parcels as unknown[]).length));
    await scanned('1', load('e', 5, 'T1'));
    await scanned('1', load('d', 4, 'T2'), load('f', 5, 'T1'), receive('r', 9, 'D1'));
    expect(await trucks()).toEqual([1, 0, 0]);
    await scanned('1', load('g', 6, 'T3'), load('h', 7, 'T2'));
    expect(await trucks()).toEqual([0, 1, 0]);
    await scanned('1', load('i', 7, 'T1'), load('c', 7, 'T3'));
    expect(await trucks()).toEqual([1, 0, 0]);
  });

  it('says nothing of depots, and the other way round', async () => {
    const { scanned, onTruck, inDepot } = scanning();
    await scanned('1', receive('a', 0, 'X'));
    await scanned('2', load('a', 1, 'X'), receive('b', 2, 'Y'), receive('c', 1, 'X'));
    expect((await onTruck('X')).json).toEqual({ truckId: 'X', parcels: ['2'] });
    expect((await inDepot('X')).json).toEqual({ depotId: 'X', parcels: ['1'] });
    expect((await inDepot('Y')).json).toEqual({ depotId: 'Y', parcels: ['2'] });
  });

  it('comes in pages, and includes what tokens name', async () => {
    const { scanned, send, onTruck } = scanning();
    for (const id of ['a', 'b', 'c']) await scanned(id, load('1', 0, 'T1'));
    const first = (await onTruck('T1', { query: { limit: '2' } })).json;
    expect(first).toEqual({ truckId: 'T1', parcels: ['a', 'b'], next: expect.any(String) });
    const second = await onTruck('T1', { query: { limit: '2', cursor: String(first.next) } });
    expect(second.json).toEqual({ truckId: 'T1', parcels: ['c'] });
    await send('b', { scans: [load('2', 1, 'T2')] });
    await send('d', { scans: [load('1', 0, 'T1')] });
    expect((await onTruck('T1')).json.parcels).toEqual(['a', 'b', 'c']);
    const headers = { 'consistency-token': 'parcel-b@2,parcel-d@1' };
    expect((await onTruck('T1', { headers })).json.parcels).toEqual(['a', 'c', 'd']);
    expect(await onTruck('T1', { headers: { consistency: 'strong' } })).toMatchObject({ statusCode: 400 });
  });
});

it('The times of scans and of their records are told apart', async () => {
  const { scanned, parcel } = scanning();
  await scanned('1', load('a', 0, 'T1'));
  expect(historyOf(await parcel('1'))).toMatchObject([{ at: at(0), recordedAt: NOW }]);
});
