/** The scans of the demo's parcel in the order in which they come in, and what must be known after each time that some came. */

export type Scan = {
  readonly scanId: string;
  readonly at: string;
} & (
  | { readonly what: 'ReceivedAtDepot'; readonly depotId: string }
  | { readonly what: 'LoadedOntoTruck'; readonly truckId: string }
  | { readonly what: 'Delivered'; readonly destinationId: string }
  | { readonly what: 'DeliveryFailed'; readonly reason: string }
);

export type Place = { readonly kind: 'depot' | 'truck'; readonly name: string };

export type Arrival = {
  readonly scans: readonly Scan[];
  readonly accepted: number;
  readonly duplicates: number;
  readonly status: string;
  /** The names of the places whose lists have the parcel. */
  readonly heldBy: readonly string[];
};

const scanned = (number: number, time: string) => ({ scanId: `scan-${number}`, at: `2016-10-12T${time}Z` });
const received = (number: number, time: string): Scan => ({
  ...scanned(number, time),
  what: 'ReceivedAtDepot',
  depotId: 'D1',
});
const loaded = (number: number, time: string, truckId: string): Scan => ({
  ...scanned(number, time),
  what: 'LoadedOntoTruck',
  truckId,
});
const delivered = (number: number, time: string): Scan => ({
  ...scanned(number, time),
  what: 'Delivered',
  destinationId: 'DR4-8PQ',
});

/** By their times, but for 5 and 6. */
const [one, two, three] = [received(1, '09:06:31.432'), received(2, '09:06:32.106'), received(3, '09:06:34.740')];
const [four, five, six] = [
  loaded(4, '11:35:02.163', 'T1'),
  loaded(5, '11:40:21.032', 'T2'),
  loaded(6, '11:38:51.204', 'T1'),
];
const seven: Scan = { ...scanned(7, '14:12:44.021'), what: 'DeliveryFailed', reason: 'Nobody was at home.' };
const [eight, nine] = [delivered(8, '15:00:31.322'), delivered(9, '15:11:05.038')];

const arrival = (
  scans: readonly Scan[],
  status: string,
  heldBy: readonly string[],
  duplicates: number = 0,
): Arrival => ({ scans, accepted: scans.length - duplicates, duplicates, status, heldBy });

export const arrivals: readonly Arrival[] = [
  arrival([one], 'ReceivedAtDepot', ['D1']),
  arrival([two, three], 'ReceivedAtDepot', ['D1']),
  arrival([three], 'ReceivedAtDepot', ['D1'], 1),
  arrival([four], 'LoadedOntoTruck', ['D1', 'T1']),
  arrival([five], 'LoadedOntoTruck', ['D1', 'T2']),
  // A minute before it was loaded onto T2, it was scanned at T1 once more: that moves it nowhere.
  arrival([six, five], 'LoadedOntoTruck', ['D1', 'T2'], 1),
  arrival([eight], 'Delivered', ['D1', 'T2']),
  // What failed before it succeeded is told after it.
  arrival([seven], 'Delivered', ['D1', 'T2']),
  arrival([nine], 'Delivered', ['D1', 'T2']),
  arrival([nine, eight, seven, six, five, four, three, two, one], 'Delivered', ['D1', 'T2'], 9),
];

/** In the order of their times, and whether each was recorded after one with a later time. */
export const historyInOrder: readonly (readonly [scanId: string, what: string, late: boolean])[] = [
  [one, false] as const,
  [two, false] as const,
  [three, false] as const,
  [four, false] as const,
  [six, true] as const,
  [five, false] as const,
  [seven, true] as const,
  [eight, false] as const,
  [nine, false] as const,
].map(([{ scanId, what }, late]) => [scanId, what, late]);
