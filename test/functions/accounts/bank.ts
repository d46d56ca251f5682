/** The accounts in memory, asked over HTTP: what is recorded is projected when it arrives. */
import { queryEndpoint } from '#shared/edge/http/index.ts';
import { type StreamId, toStreamId } from '#shared/event/index.ts';
import { createInMemoryEventStore } from '#shared/event-store/index.ts';
import { type AnyProjection, catchUp, createInMemoryQueryTable, type QueryTable } from '#shared/projection/index.ts';
import { type AccountEvent, accountEvents } from '../../../functions/accounts/account.events.ts';
import { accounts } from '../../../functions/accounts/accounts.catalog.ts';
import { ask, httpEvent } from '../../support/http-events.ts';
import { NOW, record } from '../../support/tally.ts';

export const account = (id: string): StreamId => toStreamId('account', id);

type Sent = { readonly query?: Record<string, string>; readonly headers?: Record<string, string> };

export type Line = { readonly on: string; readonly what: string; readonly amount: number; readonly total: number };

/** Of a statement and of a timeline. */
export type Lines = {
  readonly id: string;
  readonly total: number;
  readonly lines: Line[];
  readonly next: string | null;
};

/** Its clock stands. */
export function bank() {
  const store = createInMemoryEventStore({ events: accountEvents });
  const tables = new Map<string, QueryTable>(
    accounts.projections.map(({ name }) => [name, createInMemoryQueryTable()]),
  );
  const tableOf = ({ name }: AnyProjection) => tables.get(name) ?? createInMemoryQueryTable();
  const endpoint = queryEndpoint(accounts, { store, tables, clock: () => new Date(NOW) });
  const get = (route: string, parameters: Record<string, string>, sent: Sent = {}) =>
    ask(endpoint, httpEvent({ route: `GET ${route}`, parameters, ...sent }));
  const arrive = async (stream: StreamId) => {
    const { version } = (await store.load(stream)).token;
    for (const projection of accounts.projections) {
      await catchUp({ store, table: tableOf(projection) }, projection, stream, version);
    }
  };
  return {
    store,
    tableOf,
    arrive,
    record: (id: string, ...events: AccountEvent[]) => record(store, account(id), events),
    recordAt: (recordedAt: string, id: string, events: readonly AccountEvent[]) =>
      record(store, account(id), events, { recordedAt }),
    async book(id: string, ...events: AccountEvent[]) {
      await record(store, account(id), events);
      await arrive(account(id));
    },
    statement: (id: string, sent?: Sent) => get('/accounts/{id}/statement', { id }, sent),
    timeline: (id: string, sent?: Sent) => get('/accounts/{id}/timeline', { id }, sent),
    whatIf: (id: string, query: Record<string, string>) => get('/accounts/{id}/what-if', { id }, { query }),
    ofOwner: (owner: string, sent?: Sent) => get('/owners/{owner}/accounts', { owner }, sent),
  };
}
