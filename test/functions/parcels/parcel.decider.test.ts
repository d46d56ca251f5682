/** A parcel knows every scan that it has had, however many, and refuses none. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from '#shared/aggregate/index.ts';
import { packText } from '#shared/event-store/index.ts';
import type { ParcelCommand, Scan } from '../../../functions/parcels/parcel.commands.ts';
import { parcel } from '../../../functions/parcels/parcel.decider.ts';
import type { ParcelEvent } from '../../../functions/parcels/parcel.events.ts';
import { scenario } from '../../support/decider-scenario.ts';
import { anyScans } from './any-scans.ts';
import { at, load, receive } from './scanning.ts';

const given = scenario(parcel);
const record = (...scans: readonly Scan[]): ParcelCommand => ({ what: 'record-scans', data: { scans: [...scans] } });

const eventsOf = (...scans: readonly Scan[]): readonly ParcelEvent[] =>
  given()
    .when(record(...scans))
    .events();

describe('A parcel', () => {
  it('has an event for each kind of scan, in force at the time of the scan', () => {
    const delivered: Scan = { scanId: 'c', what: 'Delivered', at: at(3), destinationId: 'H1' };
    const failed: Scan = { scanId: 'd', what: 'DeliveryFailed', at: at(2) };
    const why: Scan = { ...failed, scanId: 'e', reason: 'Nobody was at home.' };
    expect(eventsOf(receive('a', 0, 'D1'), load('b', 1, 'T1'), delivered, failed, why)).toEqual([
      { what: 'ReceivedAtDepot', data: { scanId: 'a', depotId: 'D1' }, effectiveAt: at(0) },
      { what: 'LoadedOntoTruck', data: { scanId: 'b', truckId: 'T1' }, effectiveAt: at(1) },
      { what: 'Delivered', data: { scanId: 'c', destinationId: 'H1' }, effectiveAt: at(3) },
      { what: 'DeliveryFailed', data: { scanId: 'd' }, effectiveAt: at(2) },
      { what: 'DeliveryFailed', data: { scanId: 'e', reason: 'Nobody was at home.' }, effectiveAt: at(2) },
    ]);
  });

  it('takes the first of scans with one id, whether the others come with it or later', () => {
    const first = load('a', 5, 'T1');
    const history = eventsOf(first, receive('a', 0, 'D1'), load('a', 9, 'T2'));
    expect(history).toMatchObject([{ what: 'LoadedOntoTruck', data: { truckId: 'T1' } }]);
    expect(
      given(...history)
        .when(record(receive('a', 0, 'D1')))
        .events(),
    ).toEqual([]);
  });

  it('has each scan once whatever it is sent, in whatever batches, and a batch that is repeated changes nothing', () => {
    fc.assert(
      fc.property(fc.array(anyScans, { maxLength: 8 }), (batches) => {
        const history: ParcelEvent[] = [];
        for (const scans of batches) {
          const command = record(...scans);
          history.push(
            ...given(...history)
              .when(command)
              .events(),
          );
          expect(
            given(...history)
              .when(command)
              .events(),
          ).toEqual([]);
        }
        const ids = history.map(({ data: { scanId } }) => scanId);
        expect(ids.toSorted()).toEqual([...new Set(batches.flat().map(({ scanId }) => scanId))].toSorted());
      }),
    );
  });

  it('of ten thousand scans has a snapshot of less than a hundred KB, and knows each of them', () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => `scanner-7.${index}`);
    const state = fold(
      parcel,
      ids.map((scanId) => ({ what: 'Delivered', data: { scanId, destinationId: 'H1' }, effectiveAt: at(0) }) as const),
    );
    const text = JSON.stringify(state);
    expect(packText(text).length).toBeLessThan(100_000);
    const again = parcel.stateSchema.parse(JSON.parse(text));
    for (const from of [0, 4_950, 9_900]) {
      const command = record(...ids.slice(from, from + 100).map((scanId) => load(scanId, 0, 'T1')));
      expect(parcel.decide(command, again)).toMatchObject({ kind: 'accepted', events: [] });
    }
  });
});
