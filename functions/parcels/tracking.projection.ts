/**
 * Where a parcel has been, by the times of its scans and not by when they came: its history, and which parcels are on a truck
 * or in a depot. A scan that comes late takes its place in the history, and moves nothing that a later one has moved.
 */
import * as z from 'zod/mini';
import { type RecordedEvent, toStreamId } from '#shared/event/index.ts';
import { change, defineProjection, defineQuery, type EntryChanges } from '#shared/projection/index.ts';
import { type ParcelEvent, parcelEvents } from './parcel.events.ts';

/** Scans are ordered by `at`, then by their ids. */
type Scan = { readonly at: string; readonly scanId: string };

type Place = 'truck' | 'depot';

type Tracking = {
  readonly last?: Scan & { readonly what: string };
  /** The last scan of each kind that says where the parcel is, with the id of that place. */
  readonly truck?: Scan & { readonly id: string };
  readonly depot?: Scan & { readonly id: string };
  /** When a scan was recorded last; empty before the first. */
  readonly recordedAt: string;
};

type ScanEvent = RecordedEvent<string, { readonly scanId: string }>;

const CATEGORY = 'parcel';
const parcelId = ({ context }: ScanEvent) => context.stream.slice(`${CATEGORY}-`.length);
const historyKey = (stream: string) => `history#${stream}`;
const placeKey = (place: Place, id: string) => `${place}#${id}`;

/** Times have one length and ids are ASCII: as texts they have the order of their bytes, which is that of entries. */
const orderOf = ({ at, scanId }: Scan) => `${at} ${scanId}`;
const isLast = (scan: Scan, last: Scan | undefined) => last === undefined || orderOf(scan) > orderOf(last);

function scanned(row: Tracking, { context, data }: ScanEvent, { put = [], remove = [] }: Partial<EntryChanges> = {}) {
  const { what, effectiveAt: at, when: recordedAt, stream } = context;
  const { scanId, ...details } = data;
  const late = row.last !== undefined && row.last.at > at;
  const line = { scanId, what, at, recordedAt, late, ...details };
  const entry = { key: historyKey(stream), sort: orderOf(line), value: line };
  const after = { ...row, recordedAt, ...(isLast(line, row.last) && { last: { at, scanId, what } }) };
  return change<Tracking>(after, { put: [entry, ...put], remove });
}

/** The parcel is there unless a later scan of this kind says that it is elsewhere. */
function scannedAt(place: Place, id: string, row: Tracking, event: ScanEvent) {
  const scan = { at: event.context.effectiveAt, scanId: event.data.scanId, id };
  const before = row[place];
  if (!isLast(scan, before)) return scanned(row, event);
  const after = { ...row, [place]: scan };
  if (before?.id === id) return scanned(after, event);
  const sort = parcelId(event);
  return scanned(after, event, {
    put: [{ key: placeKey(place, id), sort, value: sort }],
    remove: before === undefined ? [] : [{ key: placeKey(place, before.id), sort }],
  });
}

const seconds = z.pipe(
  z.string().check(z.regex(/^\d{1,6}$/, 'Use a whole number of seconds, up to 999999.')),
  z.transform(Number),
);
const settling = z.object({ settle: z._default(seconds, 120) });

const PAGE = 1_000;

const parcelsAt = (place: Place, meaning: string) =>
  defineQuery<undefined, Readonly<Record<string, string>>>({
    path: `/${place}s/{${place}Id}/parcels`,
    meaning,
    list: ({ [`${place}Id`]: id = '' }) => ({ key: placeKey(place, id), limit: PAGE }),
    answer: ({ entries, next }, parameters) => ({
      ...parameters,
      parcels: entries.map(({ value }) => value),
      ...(next !== null && { next }),
    }),
  });

export const tracking = defineProjection<Tracking, ParcelEvent>({
  name: 'tracking',
  version: 1,
  categories: [CATEGORY],
  events: parcelEvents,
  initialRow: { recordedAt: '' },
  on: {
    ReceivedAtDepot: (row, event) => scannedAt('depot', event.data.depotId, row, event),
    LoadedOntoTruck: (row, event) => scannedAt('truck', event.data.truckId, row, event),
    Delivered: (row, event) => scanned(row, event),
    DeliveryFailed: (row, event) => scanned(row, event),
  },
  queries: [
    defineQuery<Tracking, { readonly id: string; readonly settle: number }>({
      path: '/parcels/{id}',
      meaning:
        'A parcel with its scans by their times, and whether it has been quiet long enough that no more are expected.',
      parameters: settling,
      stream: ({ id }) => toStreamId(CATEGORY, id),
      list: ({ id }) => ({ key: historyKey(toStreamId(CATEGORY, id)), limit: PAGE }),
      answer: ({ row: { last, recordedAt }, version, entries, next, now }, { id, settle }) => ({
        id,
        status: last?.what,
        settled: now.getTime() - Date.parse(recordedAt) >= settle * 1_000,
        version,
        history: entries.map(({ value }) => value),
        ...(next !== null && { next }),
      }),
    }),
    parcelsAt('truck', 'The parcels whose last loading was onto a truck, by id.'),
    parcelsAt('depot', 'The parcels whose last receipt was at a depot, by id.'),
  ],
});
