/** What can be asked of a parcel: that its scans be recorded, whatever they say and whenever they come. */
import * as z from 'zod/mini';
import type { CommandOf, Fault } from '#shared/aggregate/index.ts';
import { isId } from '#shared/event/index.ts';

const MAXIMUM_SCANS = 100;

/** Clocks of scanners are wrong, but not by more than a day: a scan from further ahead would be the last one for too long. */
const MAXIMUM_AHEAD_MS = 24 * 60 * 60 * 1_000;

const id = z.string().check(z.refine(isId, 'An id has 1 to 128 characters of A-Z, a-z, 0-9, _, ., ~ and -.'));

/** Milliseconds may be left out. Finer times are refused, since cutting them off would change the order of scans. */
const time = z.pipe(
  z.iso.datetime().check(z.regex(/:\d\d(?:\.\d{1,3})?Z$/, 'Use a time in UTC with seconds: 2016-10-12T09:06:31.432Z.')),
  z.transform((at: string) => new Date(at).toISOString()),
);

const common = { scanId: id, at: time };
const reason = z.string().check(z.trim(), z.minLength(1), z.maxLength(200));

const scan = z.discriminatedUnion('what', [
  z.strictObject({ ...common, what: z.literal('ReceivedAtDepot'), depotId: id }),
  z.strictObject({ ...common, what: z.literal('LoadedOntoTruck'), truckId: id }),
  z.strictObject({ ...common, what: z.literal('Delivered'), destinationId: id }),
  z.strictObject({ ...common, what: z.literal('DeliveryFailed'), reason: z.optional(reason) }),
]);

export type Scan = z.infer<typeof scan>;

type Scans = { readonly scans: readonly Scan[] };

export const parcelCommands = {
  'record-scans': {
    meaning: 'Record scans of a parcel, in any order, each once. No rule refuses one.',
    schema: z.strictObject({ scans: z.array(scan).check(z.minLength(1), z.maxLength(MAXIMUM_SCANS)) }),
    path: 'scans',
    onConflict: 'until-out-of-time' as const,
    faultsAt: ({ scans }: Scans, receivedAt: Date): Fault[] => {
      const latest = new Date(receivedAt.getTime() + MAXIMUM_AHEAD_MS).toISOString();
      const message = 'It is more than a day ahead.';
      return scans.flatMap(({ at }, index) =>
        at > latest ? [{ path: `scans.${index}.at`, code: 'too-far-ahead', message }] : [],
      );
    },
    /** Every scan that is no duplicate is an event. */
    answer: ({ scans }: Scans, events: readonly unknown[]) => ({
      accepted: events.length,
      duplicates: scans.length - events.length,
    }),
  },
};

export type ParcelCommand = CommandOf<typeof parcelCommands>;
