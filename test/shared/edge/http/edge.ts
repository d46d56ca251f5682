/** The real endpoints over a store and query tables in memory, for tests of the HTTP edge to ask. */
import { commandEndpoint, queryEndpoint, streamEndpoint } from '#shared/edge/http/index.ts';
import { createInMemoryEventStore, type EventStore } from '#shared/event-store/index.ts';
import { type AnyProjection, createInMemoryQueryTable, type QueryTable } from '#shared/projection/index.ts';
import { type Answered, ask, httpEvent, type SentRequest } from '../../../support/http-events.ts';
import { clock, handlingOn, tallyEvents } from '../../../support/tally.ts';
import { talliesInTime as tallies } from '../../../support/tally-timeline.ts';

type Sent = Omit<SentRequest, 'route'>;

/** All endpoints over one store; `wrap` puts faults between them and it. */
export function edge(wrap: (store: EventStore) => EventStore = (store) => store) {
  const store = createInMemoryEventStore({ events: tallyEvents });
  const tables = new Map(tallies.projections.map(({ name }) => [name, createInMemoryQueryTable()]));
  const reached = wrap(store);
  const commands = commandEndpoint(tallies, handlingOn(reached));
  const queries = queryEndpoint(tallies, { store: reached, tables, clock });
  const streams = streamEndpoint((category) => (category === 'tally' ? reached : undefined));
  return {
    store,
    /** The query table of a projection. */
    tableOf({ name }: Pick<AnyProjection, 'name'>): QueryTable {
      const table = tables.get(name);
      if (table === undefined) throw new Error(`${name} has no query table`);
      return table;
    },
    commands,
    queries,
    streams,
    command: (what: string, id: string, { headers = {}, ...sent }: Sent = {}): Promise<Answered> =>
      ask(
        commands,
        httpEvent({
          route: `POST /tallies/{id}/${what}`,
          parameters: { id },
          headers: { 'content-type': 'application/json', ...headers },
          ...sent,
        }),
      ),
    query: (id: string, sent: Sent = {}): Promise<Answered> =>
      ask(queries, httpEvent({ route: 'GET /tallies/{id}', parameters: { id }, ...sent })),
    /** Any query of the tallies, by its path: `/groups/{group}/tallies`. */
    queryAt: (path: string, sent: Sent = {}): Promise<Answered> =>
      ask(queries, httpEvent({ route: `GET ${path}`, ...sent })),
    stream: (stream: string, query?: Record<string, string>): Promise<Answered> =>
      ask(streams, httpEvent({ route: 'GET /streams/{stream}', parameters: { stream }, ...(query && { query }) })),
  };
}

export const by = (number: number) => JSON.stringify({ by: number });

/** The paths of all faults of an answer. */
export const faultPaths = ({ json }: Answered) => (json.errors as { path: string }[]).map(({ path }) => path);
