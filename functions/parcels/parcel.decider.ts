/** A parcel takes every scan, in whatever order it comes, and each scan once: what it means is read out of all of them later. */
import * as z from 'zod/mini';
import { accept, type Decider, type Decision } from '#shared/aggregate/index.ts';
import { jsonDigest } from '#shared/event/index.ts';
import type { ParcelCommand, Scan } from './parcel.commands.ts';
import type { ParcelEvent } from './parcel.events.ts';

/**
 * 72 bits of each digest, so that a snapshot takes nine bytes for a scan. Among ten thousand scans of a parcel two have the same
 * digest with a chance of one in 10^14; the later one would be taken for a duplicate.
 */
const DIGEST_CHARACTERS = 12;

const parcelState = z.object({
  /** The digests of all scan ids, one behind the other: a text grows without being copied, unlike a list. */
  scanned: z.string(),
});

type ParcelState = z.infer<typeof parcelState>;

const digestOf = (scanId: string): string => jsonDigest(scanId).slice(0, DIGEST_CHARACTERS);

function digestsIn(scanned: string): Set<string> {
  const digests = new Set<string>();
  for (let at = 0; at < scanned.length; at += DIGEST_CHARACTERS) {
    digests.add(scanned.slice(at, at + DIGEST_CHARACTERS));
  }
  return digests;
}

/** Of scans with one id the first is recorded, and the others are duplicates, whatever else they say. */
function decide({ data: { scans } }: ParcelCommand, { scanned }: ParcelState): Decision<ParcelEvent> {
  const digests = digestsIn(scanned);
  const unknown = scans.filter(({ scanId }) => {
    const before = digests.size;
    return digests.add(digestOf(scanId)).size > before;
  });
  return accept(unknown.map(eventOf));
}

function eventOf(scan: Scan): ParcelEvent {
  const { scanId, at: effectiveAt } = scan;
  switch (scan.what) {
    case 'ReceivedAtDepot':
      return { what: scan.what, data: { scanId, depotId: scan.depotId }, effectiveAt };
    case 'LoadedOntoTruck':
      return { what: scan.what, data: { scanId, truckId: scan.truckId }, effectiveAt };
    case 'Delivered':
      return { what: scan.what, data: { scanId, destinationId: scan.destinationId }, effectiveAt };
    case 'DeliveryFailed':
      return { what: scan.what, data: { scanId, ...(scan.reason && { reason: scan.reason }) }, effectiveAt };
  }
}

export const parcel: Decider<ParcelState, ParcelCommand, ParcelEvent> = {
  initialState: { scanned: '' },
  decide,
  evolve: ({ scanned }, { data: { scanId } }) => ({ scanned: scanned + digestOf(scanId) }),
  stateSchema: parcelState,
};
