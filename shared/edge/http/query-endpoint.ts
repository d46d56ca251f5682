/** The queries of a context over HTTP: path and query string are checked, and what the answer must include is read from headers. */
import * as z from 'zod/mini';
import { type Checked, check, type Fault, faultsIn } from '#shared/aggregate/index.ts';
import { type ContextCatalog, type QueryRoute, queryRoutes } from '#shared/catalog/index.ts';
import { parseStreamId, type StreamId } from '#shared/event/index.ts';
import {
  answerAsAt,
  answerQuery,
  answerTimeline,
  type Consistency,
  type ListedVersion,
  type LogAnswer,
  type ProjectionPorts,
  pathParameters,
  type QueryAnswer,
  type QueryTable,
} from '#shared/projection/index.ts';
import { endpoint } from './endpoint.ts';
import { etag, type HttpEvent, type HttpResult, header, idParameter, json } from './http-message.ts';
import { consistencyNotAvailable, invalidInput, notFound, projectionFilling } from './problem.ts';
import { checkTime, type TimeParameter, timeParameter } from './query-time.ts';

export type QueryPorts = {
  readonly store: ProjectionPorts['store'];
  /** By the projection's name. */
  readonly tables: ReadonlyMap<string, QueryTable>;
  /** Where lists are read, by the projection's name; those that are not in it from the projection's own version. */
  readonly listed?: ReadonlyMap<string, () => Promise<ListedVersion | 'filling'>>;
  readonly clock: () => Date;
};

/** The handler of all query routes of a context. */
export function queryEndpoint(context: ContextCatalog, ports: QueryPorts) {
  const routes = new Map(queryRoutes(context).map((route) => [route.key, route]));
  return endpoint().handler(async (event) => {
    const route = routes.get(event.routeKey);
    return route === undefined ? notFound(`There is no query at ${event.rawPath}.`) : query(ports, route, event);
  });
}

async function query(ports: QueryPorts, route: QueryRoute, event: HttpEvent): Promise<HttpResult> {
  const named = timeParameter(route);
  const { queryString, paging: sent, time } = splitQueryString(route.query, named, event.queryStringParameters ?? {});
  const parameters = parametersOf(route.query, event.pathParameters ?? {}, queryString);
  const consistency = consistencyOf(event);
  const paging = check(pagingSchema, sent);
  const now = ports.clock();
  const asked = checkTime(named, time, now);
  if ('faults' in parameters || 'faults' in consistency || 'faults' in paging || 'faults' in asked) {
    return invalidInput(faultsIn(parameters, consistency, paging, asked));
  }
  const request = { parameters: parameters.value, ...paging.value, ...asked.value, now };
  const answer = await answerRoute(ports, route, request, consistency.value);
  switch (answer.kind) {
    case 'found':
      return json(200, answer.body, {
        ...(answer.version !== undefined && { etag: etag(answer.version) }),
        ...statusOf(answer),
      });
    case 'nothing':
      return notFound(`There is nothing at ${event.rawPath}.`, statusOf(answer));
    case 'consistency-not-available':
      return consistencyNotAvailable();
    case 'filling':
      return projectionFilling();
    case 'invalid-cursor': {
      const message = 'Send the next of a page of this very query, unchanged.';
      return invalidInput([{ path: 'cursor', code: 'invalid-cursor', message }]);
    }
    case 'invalid-parameters':
      return invalidInput(answer.faults);
  }
}

type Asked = Pick<Parameters<typeof answerTimeline>[1], 'parameters' | 'limit' | 'cursor' | 'asOf'> & {
  readonly asAt?: string;
  readonly now: Date;
};

/** What is read from the log alone has everything that was acknowledged, whatever is asked of its consistency. */
export async function answerRoute(
  { store, tables, listed }: QueryPorts,
  route: QueryRoute,
  { asAt, now, ...asked }: Asked,
  consistency: Consistency,
): Promise<QueryAnswer | LogAnswer> {
  if (route.kind === 'timeline') return answerTimeline(store, { ...asked, ...route });
  if (asAt !== undefined) return answerAsAt(store, { ...asked, ...route, asAt });
  const { name } = route.projection;
  const table = tables.get(name);
  if (table === undefined) throw new Error(`The projection ${name} has no query table here.`);
  const found = listed?.get(name);
  return answerQuery({ store, table, ...(found && { listed: found }) }, { ...asked, ...route, consistency, now });
}

const statusOf = ({ parked }: { readonly parked: boolean }): Readonly<Record<string, string>> =>
  parked ? { 'projection-status': 'parked' } : {};

type Texts = Readonly<Record<string, string | undefined>>;

type SplitQueryString = { readonly queryString: Texts; readonly paging: Texts; readonly time: string | undefined };

/** Only a list is read in pages, and not every query at a time; elsewhere such parameters are like any other. */
function splitQueryString(
  { list }: QueryRoute['query'],
  named: TimeParameter | undefined,
  all: Texts,
): SplitQueryString {
  const own = (name: string) => (list !== undefined && ['limit', 'cursor'].includes(name)) || name === named;
  const texts = Object.entries(all);
  return {
    queryString: Object.fromEntries(texts.filter(([name]) => !own(name))),
    paging: Object.fromEntries(texts.filter(([name]) => own(name) && name !== named)),
    time: named && all[named],
  };
}

const MAXIMUM_LIMIT = 1_000;

const pagingSchema = z.strictObject({
  limit: z.optional(
    z.pipe(
      z.string().check(z.regex(/^[1-9]\d{0,3}$/, `Use a whole number from 1 to ${MAXIMUM_LIMIT}.`)),
      z.pipe(z.transform(Number), z.int().check(z.maximum(MAXIMUM_LIMIT))),
    ),
  ),
  cursor: z.optional(z.string()),
});

const NO_PARAMETERS = z.object({});

/** Those of the path that the query's schema does not describe are ids. */
export function parametersOf(
  query: QueryRoute['query'],
  path: Texts,
  queryString: Texts,
): Checked<Record<string, unknown>> {
  // A parameter that would be passed over in silence is one that somebody relies on.
  const schema = z.catchall(query.parameters ?? NO_PARAMETERS, z.never());
  const inPath = pathParameters(query.path);
  const [described, ids] = [true, false].map((is) => inPath.filter((name) => Object.hasOwn(schema.shape, name) === is));
  const twice = inPath
    .filter((name) => Object.hasOwn(queryString, name))
    .map((name): Fault => ({ path: name, code: 'unrecognized_keys', message: 'It is in the path already.' }));
  const checkedIds = (ids ?? []).map((name) => [name, idParameter(path, name)] as const);
  const checked = check(schema, {
    ...queryString,
    ...Object.fromEntries((described ?? []).map((name) => [name, path[name]])),
  });
  const faults = [...faultsIn(...checkedIds.map(([, id]) => id), checked), ...twice];
  if (faults.length > 0 || 'faults' in checked) return { faults };
  const values = checkedIds.map(([name, id]) => [name, 'value' in id ? id.value : ''] as const);
  return { value: { ...checked.value, ...Object.fromEntries(values) } };
}

/** At most so many streams are folded for one answer. */
const MAXIMUM_TOKENS = 20;

/** A token names streams and versions that the answer must include; `strong` is about those whose rows are read. */
function consistencyOf(event: HttpEvent): Checked<Consistency> {
  const asked = header(event, 'consistency');
  const token = header(event, 'consistency-token');
  const faults: Fault[] = [];
  if (asked !== undefined && asked !== 'strong') {
    faults.push({ path: 'consistency', code: 'invalid-header', message: 'Only strong is understood.' });
  }
  const versions = token?.split(',').map((part) => parseToken(part.trim())) ?? [];
  if (versions.includes(undefined) || versions.length > MAXIMUM_TOKENS) {
    const message = `Send <stream>@<version>, comma-separated, up to ${MAXIMUM_TOKENS}.`;
    faults.push({ path: 'consistency-token', code: 'invalid-header', message });
  }
  if (faults.length > 0) return { faults };
  const named = new Map(versions.filter((one) => one !== undefined).sort(([, one], [, other]) => one - other));
  if (asked === 'strong') return { value: { kind: 'strong', versions: named } };
  return { value: token === undefined ? { kind: 'eventual' } : { kind: 'up-to', versions: named } };
}

function parseToken(text: string): [StreamId, number] | undefined {
  const at = text.lastIndexOf('@');
  const stream = parseStreamId(text.slice(0, Math.max(at, 0)));
  const version = text.slice(at + 1);
  return stream !== undefined && /^\d{1,16}$/.test(version) ? [stream, Number(version)] : undefined;
}
