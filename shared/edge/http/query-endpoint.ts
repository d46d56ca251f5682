/** How is a query answered? With one look-up, plain or strong. */
import * as z from 'zod/mini';
import { type Checked, check, type Fault, faultsIn } from '#shared/aggregate/index.ts';
import { type ContextCatalog, type QueryRoute, queryRoutes } from '#shared/catalog/index.ts';
import { parseStreamId, toStreamId } from '#shared/event/index.ts';
import type { EventStore } from '#shared/event-store/index.ts';
import { type Consistency, queryRow, type RowStore } from '#shared/projection/index.ts';
import { endpoint } from './endpoint.ts';
import { etag, type HttpEvent, type HttpResult, header, idParameter, json } from './http-message.ts';
import { invalidInput, notFound } from './problem.ts';

type QueryPorts = {
  readonly store: Pick<EventStore, 'readEvents'>;
  /** The query table of a projection, by the projection's name. */
  readonly rowsOf: (projection: string) => RowStore;
};

/** A parameter that would be passed over in silence is one that somebody relies on. */
const NO_PARAMETERS = z.strictObject({});

/** The handler of all query routes of a context. */
export function queryEndpoint(context: ContextCatalog, ports: QueryPorts) {
  const routes = new Map(queryRoutes(context).map((route) => [route.key, route]));
  return endpoint().handler(async (event) => {
    const route = routes.get(event.routeKey);
    return route === undefined ? notFound(`There is no query at ${event.rawPath}.`) : query(ports, route, event);
  });
}

async function query({ store, rowsOf }: QueryPorts, route: QueryRoute, event: HttpEvent): Promise<HttpResult> {
  const id = idParameter(event);
  const consistency = consistencyOf(event);
  const parameters = check(NO_PARAMETERS, event.queryStringParameters ?? {});
  if ('faults' in id || 'faults' in consistency || 'faults' in parameters) {
    return invalidInput(faultsIn(id, consistency, parameters));
  }
  const { projection } = route;
  const stream = toStreamId(projection.category, id.value);
  const rows = rowsOf(projection.name);
  const stored = await queryRow({ rows, store }, projection, stream, consistency.value);
  if (stored === undefined) return notFound(`There is nothing at ${event.rawPath}.`);
  const version = stored.watermark;
  return json(200, route.query.answer(stored.row, { id: id.value, version }), { etag: etag(version) });
}

/**
 * A token names streams and versions that the answer must include. The row of one stream includes all that is acknowledged
 * when it is read strongly, and other streams do not feed it.
 */
function consistencyOf(event: HttpEvent): Checked<Consistency> {
  const wish = header(event, 'consistency');
  const token = header(event, 'consistency-token');
  const faults: Fault[] = [];
  if (wish !== undefined && wish !== 'strong') {
    faults.push({ path: 'consistency', code: 'invalid-header', message: 'Only strong is understood.' });
  }
  if (token !== undefined && !token.split(',').every((part) => isToken(part.trim()))) {
    faults.push({
      path: 'consistency-token',
      code: 'invalid-header',
      message: 'Send <stream>@<version>, comma-separated.',
    });
  }
  if (faults.length > 0) return { faults };
  return { value: wish === undefined && token === undefined ? 'eventual' : 'strong' };
}

function isToken(text: string): boolean {
  const at = text.lastIndexOf('@');
  return parseStreamId(text.slice(0, Math.max(at, 0))) !== undefined && /^\d{1,16}$/.test(text.slice(at + 1));
}
