/** The scans of one parcel as the document about late scans lists them: in the order in which they came in. */
import type { Scan } from '../../functions/parcels/parcel.commands.ts';

const ON = '2016-10-12';

const received = (number: number, time: string, depotId: string): Scan => ({
  scanId: `scan-${number}`,
  what: 'ReceivedAtDepot',
  at: `${ON}T${time}Z`,
  depotId,
});
const loaded = (number: number, time: string, truckId: string): Scan => ({
  scanId: `scan-${number}`,
  what: 'LoadedOntoTruck',
  at: `${ON}T${time}Z`,
  truckId,
});
const delivered = (number: number, time: string): Scan => ({
  scanId: `scan-${number}`,
  what: 'Delivered',
  at: `${ON}T${time}Z`,
  destinationId: 'DR4-8PQ',
});

/** Truck and depot are named by whoever asks, so that tests that share a system do not meet. */
export const nineScans = (truckId: string, depotId: string): readonly Scan[] => [
  received(1, '09:06:31.432', depotId),
  received(2, '09:06:32.106', depotId),
  received(3, '09:06:34.740', depotId),
  loaded(4, '11:35:02.163', `${truckId}-first`),
  loaded(5, '11:40:21.032', truckId),
  loaded(6, '11:38:51.204', `${truckId}-second`),
  { scanId: 'scan-7', what: 'DeliveryFailed', at: `${ON}T14:12:44.021Z`, reason: 'Nobody was at home.' },
  delivered(8, '15:00:31.322'),
  delivered(9, '15:11:05.038'),
];

/** Which of them is where in the history, and what each says: by the times of the scans. */
export const NINE_IN_ORDER = [
  ['scan-1', 'ReceivedAtDepot', '2016-10-12T09:06:31.432Z', false],
  ['scan-2', 'ReceivedAtDepot', '2016-10-12T09:06:32.106Z', false],
  ['scan-3', 'ReceivedAtDepot', '2016-10-12T09:06:34.740Z', false],
  ['scan-4', 'LoadedOntoTruck', '2016-10-12T11:35:02.163Z', false],
  ['scan-6', 'LoadedOntoTruck', '2016-10-12T11:38:51.204Z', true],
  ['scan-5', 'LoadedOntoTruck', '2016-10-12T11:40:21.032Z', false],
  ['scan-7', 'DeliveryFailed', '2016-10-12T14:12:44.021Z', false],
  ['scan-8', 'Delivered', '2016-10-12T15:00:31.322Z', false],
  ['scan-9', 'Delivered', '2016-10-12T15:11:05.038Z', false],
] as const;
