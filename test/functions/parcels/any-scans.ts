/** Scans by chance: few ids and times, so that there are duplicates, late ones, and some of one time. */
import fc from 'fast-check';
import type { Scan } from '../../../functions/parcels/parcel.commands.ts';
import { at, load, receive } from './scanning.ts';

const scan: fc.Arbitrary<Scan> = fc
  .record({ id: fc.nat(30), minutes: fc.nat(6), place: fc.nat(2), kind: fc.nat(3), reason: fc.boolean() })
  .map(({ id, minutes, place, kind, reason }): Scan => {
    const scanId = `scan-${id}`;
    switch (kind) {
      case 0:
        return receive(scanId, minutes, `D${place}`);
      case 1:
        return load(scanId, minutes, `T${place}`);
      case 2:
        return { scanId, what: 'Delivered', at: at(minutes), destinationId: `H${place}` };
      default:
        return { scanId, what: 'DeliveryFailed', at: at(minutes), ...(reason && { reason: 'Nobody was at home.' }) };
    }
  });

/** A batch, duplicates of other content among them. */
export const anyScans: fc.Arbitrary<Scan[]> = fc.array(scan, { minLength: 1, maxLength: 20 });

/** Scans of one parcel, each id with one content. */
export const differentScans: fc.Arbitrary<Scan[]> = fc.uniqueArray(scan, {
  selector: ({ scanId }) => scanId,
  minLength: 1,
  maxLength: 20,
});
