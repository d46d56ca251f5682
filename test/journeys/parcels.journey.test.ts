/** Parcels over HTTP: scans come late, twice, out of order and all at once, and none is refused or lost. */
import { describe, expect, inject, it, vi } from 'vitest';
import type { Scan } from '../../functions/parcels/parcel.commands.ts';
import { accepted, expectProblem, newId } from '../support/account-journey.ts';
import { httpClient } from '../support/http-client.ts';
import { NINE_IN_ORDER, nineScans } from '../support/nine-scans.ts';

const app = httpClient(inject('appUrl'));
const WAIT = { timeout: 30_000, interval: 50 };

type Recorded = {
  readonly stream: string;
  readonly version: number;
  readonly accepted: number;
  readonly duplicates: number;
};

type Line = {
  readonly scanId: string;
  readonly what: string;
  readonly at: string;
  readonly recordedAt: string;
  readonly late: boolean;
};

type Parcel = {
  readonly id: string;
  readonly status: string;
  readonly settled: boolean;
  readonly version: number;
  readonly history: readonly Line[];
};

const STRONG = { consistency: 'strong' };

const send = (id: string, scans: readonly unknown[], headers = {}) =>
  app.post<Recorded>(`/parcels/${id}/scans`, { scans }, headers);

const parcel = async (id: string, headers = {}, query = '') =>
  (await accepted(app.get<Parcel>(`/parcels/${id}${query}`, headers))).body;

const parcelsAt = async (place: 'trucks' | 'depots', id: string, headers = {}) =>
  (await accepted(app.get<{ parcels: readonly string[] }>(`/${place}/${id}/parcels`, headers))).body.parcels;

const loaded = (scanId: string, truckId: string, at = '2016-10-12T11:00:00.000Z'): Scan => ({
  scanId,
  what: 'LoadedOntoTruck',
  at,
  truckId,
});

describe('The nine scans of a parcel', () => {
  it('are kept as they came and told by their times, with what they say of truck and depot', async () => {
    const [id, truck, depot] = [newId(), newId(), newId()];
    const scans = nineScans(truck, depot);
    let token = '';
    for (const [index, scan] of scans.entries()) {
      const { body, headers } = await accepted(send(id, [scan]));
      expect(body).toEqual({ stream: `parcel-${id}`, version: index + 1, accepted: 1, duplicates: 0 });
      expect(headers.get('etag')).toBe(`"${index + 1}"`);
      token = headers.get('consistency-token') ?? '';
    }
    const told = await parcel(id, STRONG);
    expect(told).toMatchObject({ id, status: 'Delivered', settled: false, version: 9 });
    expect(told.history.map(({ scanId, what, at, late }) => [scanId, what, at, late])).toEqual(NINE_IN_ORDER);
    const named = { 'consistency-token': token };
    expect(await parcelsAt('trucks', truck, named)).toEqual([id]);
    expect(await parcelsAt('depots', depot, named)).toEqual([id]);
    for (const before of ['first', 'second'])
      expect(await parcelsAt('trucks', `${truck}-${before}`, named)).toEqual([]);

    await vi.waitFor(async () => expect(await parcel(id)).toEqual(told), WAIT);
    await vi.waitFor(async () => expect(await parcelsAt('trucks', truck)).toEqual([id]), WAIT);
    expect(await parcel(id, {}, '?settle=0')).toMatchObject({ settled: true });
    const again = await accepted(send(id, scans.toReversed()));
    expect(again.body).toEqual({ stream: `parcel-${id}`, version: 9, accepted: 0, duplicates: 9 });
    expect(await parcel(id, STRONG)).toEqual(told);
  });

  it('stand in the stream as they came, each in force at its own time', async () => {
    const id = newId();
    await accepted(send(id, nineScans(newId(), newId())));
    const { body } = await accepted(
      app.get<{ events: { context: Record<string, unknown> }[] }>(`/streams/parcel-${id}`),
    );
    expect(body.events.map(({ context }) => context.effectiveAt)).toEqual(nineScans('', '').map(({ at }) => at));
    expect(body.events[0]?.context).toMatchObject({ why: { what: 'record-scans' } });
  });
});

describe('Scanners', () => {
  it('that all scan one parcel at once are all heard: no conflict, nothing lost, nothing twice', async () => {
    const [id, truck] = [newId(), newId()];
    const SCANNERS = 50;
    const batches = Array.from({ length: SCANNERS }, (_, scanner) =>
      // One of three is of another scanner too.
      [0, 1, 2].map((scan) =>
        loaded(`s${(scanner + (scan === 2 ? 1 : 0)) % SCANNERS}-${scan === 2 ? 0 : scan}`, truck),
      ),
    );
    const answers = await Promise.all(batches.map((scans) => send(id, scans)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const sum = (of: 'accepted' | 'duplicates') => answers.reduce((total, { body }) => total + body[of], 0);
    expect([sum('accepted'), sum('duplicates')]).toEqual([2 * SCANNERS, SCANNERS]);
    const { history, version } = await parcel(id, STRONG);
    const ids = Array.from({ length: SCANNERS }, (_, scanner) => [`s${scanner}-0`, `s${scanner}-1`]).flat();
    expect(history.map(({ scanId }) => scanId)).toEqual(ids.toSorted());
    expect(version).toBe(2 * SCANNERS);
    await vi.waitFor(async () => expect((await parcel(id)).version).toBe(2 * SCANNERS), WAIT);
    expect(await parcelsAt('trucks', truck)).toEqual([id]);
  });

  it('that send a batch again under its key are answered as the first time', async () => {
    const id = newId();
    const key = { 'idempotency-key': 'batch 1' };
    const scans = [loaded('a', 'T'), loaded('a', 'U'), loaded('b', 'T')];
    const first = await accepted(send(id, scans, key));
    expect(first.body).toMatchObject({ accepted: 2, duplicates: 1 });
    await accepted(send(id, [loaded('c', 'T')]));
    const again = await accepted(send(id, scans, key));
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expectProblem(await send(id, [loaded('a', 'T')], key), { status: 422, code: 'idempotency-key-reused' });
  });

  it('may send so much that a page of the history does not hold it', async () => {
    const id = newId();
    const scans = Array.from({ length: 100 }, (_, index) => loaded(`s${String(index).padStart(3, '0')}`, 'T'));
    expect((await accepted(send(id, scans))).body.accepted).toBe(100);
    const ids: string[] = [];
    for (let query: string | undefined = '?limit=60'; query !== undefined; ) {
      const page: Parcel & { readonly next?: string } = await parcel(id, STRONG, query);
      ids.push(...page.history.map(({ scanId }) => scanId));
      query = page.next && `?limit=60&cursor=${page.next}`;
    }
    expect(ids).toEqual(scans.map(({ scanId }) => scanId));
    await vi.waitFor(async () => expect((await parcel(id)).history).toHaveLength(100), WAIT);
  });
});

describe('A parcel that moves', () => {
  it('is on the truck that its last loading names, and stays there when an earlier one comes afterwards', async () => {
    const [id, other, first, second] = [newId(), newId(), newId(), newId()];
    const on = (truck: string, ids: readonly string[]) =>
      vi.waitFor(async () => expect(await parcelsAt('trucks', truck)).toEqual(ids), WAIT);
    await accepted(send(other, [loaded('a', first)]));
    await accepted(send(id, [loaded('b', first, '2016-10-12T12:00:00Z')]));
    await on(first, [id, other].toSorted());
    await accepted(send(id, [loaded('c', second, '2016-10-12T13:00:00Z')]));
    await on(first, [other]);
    await on(second, [id]);
    const { headers } = await accepted(send(id, [loaded('d', first, '2016-10-12T12:30:00.5Z')]));
    const named = { 'consistency-token': headers.get('consistency-token') ?? '' };
    expect(await parcelsAt('trucks', first, named)).toEqual([other]);
    await vi.waitFor(async () => expect((await parcel(id)).version).toBe(3), WAIT);
    await on(second, [id]);
    await on(first, [other]);
  });
});

describe('What is no scan', () => {
  const days = (count: number) => new Date(Date.now() + count * 24 * 60 * 60 * 1_000).toISOString();
  const { at: _, ...withoutTime } = loaded('a', 'T');

  it.each<[string, readonly unknown[], readonly string[]]>([
    ['no time', [loaded('a', 'T'), withoutTime], ['scans.1.at']],
    [
      'two days ahead',
      [loaded('a', 'T', days(2)), loaded('b', 'T'), loaded('c', 'T', days(2))],
      ['scans.0.at', 'scans.2.at'],
    ],
    ['101 scans', Array.from({ length: 101 }, (_, index) => loaded(`s${index}`, 'T')), ['scans']],
    ['no scans', [], ['scans']],
    ['an unknown kind', [loaded('a', 'T'), { ...loaded('b', 'T'), what: 'Lost' }], ['scans.1.what']],
  ])('is answered with each place, and writes nothing: %s', async (_, scans, paths) => {
    const id = newId();
    const answer = await app.post<{ errors: { path: string }[] }>(`/parcels/${id}/scans`, { scans });
    expectProblem(answer, { status: 400, code: 'invalid-input' });
    expect(answer.body.errors.map(({ path }) => path)).toEqual(paths);
    expect((await accepted(app.get(`/streams/parcel-${id}`))).body).toMatchObject({ version: 0 });
    expectProblem(await app.get(`/parcels/${id}`, STRONG), { status: 404 });
  });

  it('has no truck and no depot, which are empty and not missing', async () => {
    const id = newId();
    expect((await accepted(app.get(`/trucks/${id}/parcels`))).body).toEqual({ truckId: id, parcels: [] });
    expect((await accepted(app.get(`/depots/${id}/parcels`))).body).toEqual({ depotId: id, parcels: [] });
    expectProblem(await app.post(`/parcels/${id}/record-scans`, { scans: [loaded('a', 'T')] }), { status: 404 });
  });
});
