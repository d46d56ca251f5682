/** Parcels over HTTP with everything in memory: what is recorded is projected when it arrives, and the clock is a test's. */
import { commandEndpoint, queryEndpoint } from '#shared/edge/http/index.ts';
import { toStreamId } from '#shared/event/index.ts';
import { createInMemoryEventStore, type EventStore } from '#shared/event-store/index.ts';
import { catchUp, createInMemoryQueryTable } from '#shared/projection/index.ts';
import type { Scan } from '../../../functions/parcels/parcel.commands.ts';
import { parcelEvents } from '../../../functions/parcels/parcel.events.ts';
import { parcels } from '../../../functions/parcels/parcels.catalog.ts';
import { tracking } from '../../../functions/parcels/tracking.projection.ts';
import { type Answered, ask, httpEvent } from '../../support/http-events.ts';
import { handlingOn } from '../../support/tally.ts';

export type Line = {
  readonly scanId: string;
  readonly what: string;
  readonly at: string;
  readonly recordedAt: string;
  readonly late: boolean;
};

export type Parcel = {
  readonly id: string;
  readonly status: string;
  readonly settled: boolean;
  readonly version: number;
  readonly history: readonly Line[];
  readonly next?: string;
};

type Sent = { readonly query?: Record<string, string>; readonly headers?: Record<string, string> };

export const NOW = '2026-11-20T12:00:00.000Z';

/** `wrap` puts faults between the commands and the store. */
export function scanning(wrap: (store: EventStore) => EventStore = (store) => store) {
  const store = createInMemoryEventStore({ events: parcelEvents });
  const table = createInMemoryQueryTable();
  let now = Date.parse(NOW);
  const clock = () => new Date(now);
  const commands = commandEndpoint(parcels, { ...handlingOn(wrap(store)), clock });
  const queries = queryEndpoint(parcels, { store, tables: new Map([[tracking.name, table]]), clock });
  const get = (route: string, parameters: Record<string, string>, sent: Sent = {}) =>
    ask(queries, httpEvent({ route: `GET ${route}`, parameters, ...sent }));
  const send = (
    id: string,
    body: unknown,
    headers: Record<string, string> = {},
    remainingMs?: number,
  ): Promise<Answered> =>
    ask(
      commands,
      httpEvent({
        route: 'POST /parcels/{id}/scans',
        parameters: { id },
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
      remainingMs,
    );
  const arrive = async (id: string): Promise<void> => {
    const stream = toStreamId('parcel', id);
    await catchUp({ store, table }, tracking, stream, (await store.load(stream)).token.version);
  };
  return {
    store,
    table,
    send,
    arrive,
    /** Lets time pass, or goes back in it. */
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    /** Records scans of a parcel, which must be accepted, and projects them. */
    async scanned(id: string, ...scans: readonly Scan[]): Promise<void> {
      const { statusCode, json } = await send(id, { scans });
      if (statusCode !== 200) throw new Error(`the scans of ${id} were answered ${JSON.stringify(json)}`);
      await arrive(id);
    },
    versionOf: async (id: string) => (await store.load(toStreamId('parcel', id))).token.version,
    parcel: (id: string, sent?: Sent) => get('/parcels/{id}', { id }, sent),
    onTruck: (truckId: string, sent?: Sent) => get('/trucks/{truckId}/parcels', { truckId }, sent),
    inDepot: (depotId: string, sent?: Sent) => get('/depots/{depotId}/parcels', { depotId }, sent),
  };
}

/** The time of a scan, so many minutes after noon. */
export const at = (minutes: number): string =>
  new Date(Date.parse('2026-11-19T12:00:00Z') + minutes * 60_000).toISOString();

export const load = (scanId: string, minutes: number, truckId: string): Scan => ({
  scanId,
  what: 'LoadedOntoTruck',
  at: at(minutes),
  truckId,
});

export const receive = (scanId: string, minutes: number, depotId: string): Scan => ({
  scanId,
  what: 'ReceivedAtDepot',
  at: at(minutes),
  depotId,
});
