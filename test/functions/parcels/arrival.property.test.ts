/** Whatever way scans take, a parcel ends up with one history: only when they came, and which came late, is told differently. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Scan } from '../../../functions/parcels/parcel.commands.ts';
import { differentScans } from './any-scans.ts';
import { type Line, type Parcel, scanning } from './scanning.ts';

const PLACES = ['0', '1', '2'];
const PARCELS = ['p', 'q'];

/** Batches in which the scans come in, each at least once. */
type Arrival = readonly (readonly Scan[])[];

const arrivalOf = (scans: readonly Scan[]): fc.Arbitrary<Arrival> =>
  fc
    .tuple(
      fc.shuffledSubarray([...scans], { minLength: scans.length }),
      fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 10 }),
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 6 }),
    )
    .map(([order, repeats, sizes]) => {
      const sent = [...order];
      for (const [which, where] of repeats) {
        const scan = order[which % order.length];
        if (scan !== undefined) sent.splice(where % (sent.length + 1), 0, scan);
      }
      const batches: Scan[][] = [];
      for (let from = 0, batch = 0; from < sent.length; batch += 1) {
        const size = sizes[batch % sizes.length] ?? 1;
        batches.push(sent.slice(from, from + size));
        from += size;
      }
      return batches;
    });

/** All views after the scans of both parcels came in, with the messages that are sent for the batches, or only the last. */
async function viewsAfter(arrivals: readonly Arrival[], isProjectedAtOnce: boolean) {
  const world = scanning();
  for (const [index, id] of PARCELS.entries()) {
    for (const scans of arrivals[index] ?? []) {
      world.pass(1_000);
      const { statusCode } = await world.send(id, { scans });
      expect(statusCode).toBe(200);
      if (isProjectedAtOnce) await world.arrive(id);
    }
    await world.arrive(id);
  }
  const parcels = await Promise.all(PARCELS.map(async (id) => (await world.parcel(id)).json as Parcel));
  const trucks = await Promise.all(PLACES.map(async (place) => (await world.onTruck(`T${place}`)).json));
  const depots = await Promise.all(PLACES.map(async (place) => (await world.inDepot(`D${place}`)).json));
  return { parcels, trucks, depots };
}

const withoutArrival = ({ history, ...parcel }: Parcel) => ({
  ...parcel,
  history: history.map(({ recordedAt, late, ...line }) => line),
});

const orderOf = ({ at, scanId }: { readonly at: string; readonly scanId: string }) => `${at} ${scanId}`;
const inOrder = (scans: readonly Scan[]) => scans.toSorted((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1));

/** Where a parcel is by a plain reading of its scans. */
const placeOf = (scans: readonly Scan[], what: 'LoadedOntoTruck' | 'ReceivedAtDepot') => {
  const last = inOrder(scans).findLast((scan) => scan.what === what);
  return last?.what === 'LoadedOntoTruck' ? last.truckId : last?.what === 'ReceivedAtDepot' ? last.depotId : undefined;
};

it('Scans of any order, in any batches and with duplicates, end in the same views', async () => {
  const scansOfBoth = fc.tuple(differentScans, differentScans);
  const cases = scansOfBoth.chain((scans) =>
    fc.record({
      scans: fc.constant(scans),
      one: fc.tuple(arrivalOf(scans[0]), arrivalOf(scans[1])),
      other: fc.tuple(arrivalOf(scans[0]), arrivalOf(scans[1])),
    }),
  );
  await fc.assert(
    fc.asyncProperty(cases, async ({ scans, one, other }) => {
      const [first, second] = [await viewsAfter(one, true), await viewsAfter(other, false)];
      expect(first.parcels.map(withoutArrival)).toEqual(second.parcels.map(withoutArrival));
      expect([first.trucks, first.depots]).toEqual([second.trucks, second.depots]);

      for (const [index, all] of scans.entries()) {
        const parcel = first.parcels[index];
        expect(parcel?.history).toMatchObject(inOrder(all));
        expect(parcel).toMatchObject({ status: inOrder(all).at(-1)?.what, version: all.length });
      }
      for (const place of PLACES) {
        const at = (what: 'LoadedOntoTruck' | 'ReceivedAtDepot', id: string) =>
          PARCELS.filter((_, index) => placeOf(scans[index] ?? [], what) === id);
        expect(first.trucks).toContainEqual({ truckId: `T${place}`, parcels: at('LoadedOntoTruck', `T${place}`) });
        expect(first.depots).toContainEqual({ depotId: `D${place}`, parcels: at('ReceivedAtDepot', `D${place}`) });
      }
    }),
    { numRuns: 150 },
  );
});

it('A scan is late when one with a later time was recorded before it', async () => {
  await fc.assert(
    fc.asyncProperty(differentScans.chain(arrivalOf), async (arrival) => {
      const { parcels } = await viewsAfter([arrival], true);
      const recorded = [...new Map(arrival.flat().map((scan) => [scan.scanId, scan])).values()];
      const isLate = ({ scanId, at }: Line) => {
        const before = recorded.slice(
          0,
          recorded.findIndex((scan) => scan.scanId === scanId),
        );
        return before.some((scan) => scan.at > at);
      };
      const lines = parcels[0]?.history ?? [];
      expect(lines.map(({ late }) => late)).toEqual(lines.map(isLate));
    }),
    { numRuns: 100 },
  );
});
