/** What can happen to a parcel, as its scans tell it. `effectiveAt` is the time of the scan, however late it came in. */
import * as z from 'zod/mini';
import type { EventOf } from '#shared/event/index.ts';

const scanId = z.string();

export const parcelEvents = {
  ReceivedAtDepot: {
    meaning: 'A parcel was received at a depot.',
    schema: z.object({ scanId, depotId: z.string() }),
  },
  LoadedOntoTruck: {
    meaning: 'A parcel was loaded onto a truck.',
    schema: z.object({ scanId, truckId: z.string() }),
  },
  Delivered: {
    meaning: 'A parcel was delivered to its destination.',
    schema: z.object({ scanId, destinationId: z.string() }),
  },
  DeliveryFailed: {
    meaning: 'A parcel could not be delivered.',
    schema: z.object({ scanId, reason: z.optional(z.string()) }),
  },
};

/** Every event of a parcel has the time of its scan, ISO 8601 UTC with milliseconds. */
export type ParcelEvent = EventOf<typeof parcelEvents> & { readonly effectiveAt: string };
