/** A query is answered from the keys that it names; strongly, with what the log holds after them laid over, and without waiting. */
import { type StreamId, toStreamId } from '#shared/event/index.ts';
import { foldTail, type ProjectionPorts } from './catch-up.ts';
import { cursorText, parseCursor } from './list-cursor.ts';
import { overlay, readList, withoutStreams } from './list-entries.ts';
import type { AnyProjection, Projected } from './projection.ts';
import type { ListedVersion } from './projection-versions.ts';
import { type AnyQuery, DEFAULT_LIMIT, type EntryList, type FoundRow } from './query.ts';
import type { EntryPage, QueryTable, StoredRow } from './query-table.ts';

/**
 * What an answer must include, whatever the state of the bus. `strong`: every commit of the streams whose rows are read that
 * was acknowledged before the call. `versions`: the named streams, up to these versions at least.
 */
export type Consistency =
  | { readonly kind: 'eventual' }
  | { readonly kind: 'strong'; readonly versions?: ReadonlyMap<StreamId, number> }
  | { readonly kind: 'up-to'; readonly versions: ReadonlyMap<StreamId, number> };

const NONE: ReadonlyMap<StreamId, number> = new Map();
const namedIn = (consistency: Consistency) => (consistency.kind === 'eventual' ? NONE : (consistency.versions ?? NONE));

export type QueryRequest = {
  readonly projection: AnyProjection;
  readonly query: AnyQuery;
  /** As the query's schema gave them. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly consistency: Consistency;
  readonly now: Date;
  readonly limit?: number;
  readonly cursor?: string;
};

export type QueryAnswer =
  /** `version` is that of the query's row, when it has one; `parked` says that a row in the answer waits for a redrive. */
  | {
      readonly kind: 'found';
      readonly body: unknown;
      readonly version: number | undefined;
      readonly parked: boolean;
    }
  | { readonly kind: 'nothing'; readonly parked: boolean }
  /** The query reads keys for which such an answer cannot be given. */
  | { readonly kind: 'consistency-not-available' }
  /** No version is known to be whole, and the list would be half filled. */
  | { readonly kind: 'filling' }
  /** The cursor was not made for this query and key, or was changed. */
  | { readonly kind: 'invalid-cursor' };

type Ports = Pick<ProjectionPorts, 'table' | 'store'> & {
  /** Where lists are read; without it, in the code's own version. */
  readonly listed?: () => Promise<ListedVersion | 'filling'>;
};
type Tail = Projected & { readonly watermark: number };

/**
 * One request for each key that is named, all at once as far as they do not follow from each other; one more for each stream
 * that is folded further. A stream's own row that is not there is folded from the log. Watermarks are read before entries, and
 * the log last: so what is laid over is never older than what it is laid over. While another version is active, because the
 * code's own may be half filled, a list is read there; the entries of the own and the named streams are then folded from their
 * beginning, and so are joined rows that are not there. While no version is known to be whole, only lists of the stream's own
 * entries are answered, in the same way. Writes nothing. Throws what the table and the log throw, and what the projection throws.
 */
export async function answerQuery(ports: Ports, request: QueryRequest): Promise<QueryAnswer> {
  const { projection, query, parameters, consistency } = request;
  const list = query.list?.(parameters);
  const stream = streamOf(projection, query, parameters);
  if (!isAvailable(consistency, stream, list)) return { kind: 'consistency-not-available' };
  const own = { version: projection.version, table: ports.table };
  const whole = (query.list || query.joins ? await ports.listed?.() : undefined) ?? own;
  if (whole === 'filling' && list !== undefined && !(list.own && stream !== undefined)) return { kind: 'filling' };
  const listed = whole === 'filling' ? own : whole;
  const isFilling = whole === 'filling' || listed.version !== own.version;
  const scope = list && [projection.name, listed.version, query.path, list.key];
  const after = request.cursor === undefined ? undefined : parseCursor(scope, request.cursor);
  if (request.cursor !== undefined && after === undefined) return { kind: 'invalid-cursor' };

  const range = { after, limit: request.limit ?? list?.limit ?? DEFAULT_LIMIT };
  const streams = stream === undefined ? [] : [stream];
  const wanted = list === undefined ? rowsWanted(streams, consistency) : listWanted(streams, consistency);
  const stored = await rowsOf(ports.table, [...wanted.keys()]);
  const isParked = stream !== undefined && stored.get(stream)?.parked !== undefined;
  // What could not be applied to the row cannot be applied to the answer either; a plain one does without.
  if (isParked && consistency.kind === 'eventual') wanted.delete(stream);
  const found = list && (await readList(listed.table, list, range, { consistent: consistency.kind !== 'eventual' }));
  const isWhole = list !== undefined && isFilling;
  const tails = await (isWhole
    ? tailsOf(ports.store, projection, foldable(wanted, stored, consistency), new Map())
    : tailsOf(ports.store, projection, wanted, stored));
  const page = found && isWhole ? withoutStreams(found, tails) : found;

  const row = stream === undefined ? undefined : (tails.get(stream) ?? stored.get(stream));
  if (stream !== undefined && (row === undefined || row.watermark === 0)) {
    return { kind: 'nothing', parked: isParked };
  }
  const { entries, next }: EntryPage = list && page ? overlay(page, list, range, tails) : NO_ENTRIES;
  const read = { row: row?.row, entries };
  const joins = joinsWanted(query.joins?.(read, parameters) ?? [], consistency, isFilling ? 1 : 0);
  const joined = await joinedRows(ports, projection, joins);
  const body = query.answer(
    {
      ...read,
      version: row?.watermark ?? 0,
      next: next === undefined ? null : cursorText(scope, next),
      continued: after !== undefined,
      joined: joined.rows,
      now: request.now,
    },
    parameters,
  );
  const parked = joined.parked || isParked;
  return body === undefined ? { kind: 'nothing', parked } : { kind: 'found', body, version: row?.watermark, parked };
}

const NO_ENTRIES: EntryPage = { entries: [], next: undefined };

/** A query that names neither a stream nor a list is of the stream with the path's id, of the projection's first category. */
export function streamOf(projection: AnyProjection, query: AnyQuery, parameters: QueryRequest['parameters']) {
  if (query.stream !== undefined) return query.stream(parameters);
  return query.list === undefined ? toStreamId(projection.categories[0] ?? '', String(parameters.id)) : undefined;
}

function isAvailable(consistency: Consistency, stream: StreamId | undefined, list: EntryList | undefined): boolean {
  if (consistency.kind === 'strong' && stream === undefined) return false;
  return namedIn(consistency).size === 0 || list?.keep === undefined;
}

async function rowsOf(table: QueryTable, streams: readonly StreamId[]): Promise<ReadonlyMap<StreamId, StoredRow>> {
  const [first] = streams;
  if (first === undefined) return new Map();
  if (streams.length > 1) return table.readMany(streams);
  const row = await table.read(first);
  return new Map(row === undefined ? [] : [[first, row]]);
}

/** How far a stream must be folded at least. Versions that are named count only for streams that the answer reads. */
type Wanted = Map<StreamId, number>;

/** Of streams whose rows are read: to their end, or to what is named; a row that is not there is always folded. */
const rowsWanted = (streams: readonly StreamId[], consistency: Consistency): Wanted =>
  new Map(
    streams.map((stream) => [
      stream,
      consistency.kind === 'strong' ? TO_ITS_END : Math.max(namedIn(consistency).get(stream) ?? 0, 1),
    ]),
  );

/** Of all that are named, since each may have entries, and of the stream whose row is read: its entries may be newer than its row. */
const listWanted = (own: readonly StreamId[], consistency: Consistency): Wanted =>
  new Map([
    ...namedIn(consistency),
    ...own.map((stream) => [stream, consistency.kind === 'eventual' ? 1 : TO_ITS_END] as const),
  ]);

/** Of streams that are joined, as far as the answer must have them: a plain one takes the rows that there are. */
const joinsWanted = (streams: readonly StreamId[], consistency: Consistency, least: number): Wanted =>
  new Map(
    streams.map((stream) => [
      stream,
      consistency.kind === 'strong' ? TO_ITS_END : Math.max(namedIn(consistency).get(stream) ?? 0, least),
    ]),
  );

/** A plain answer has of a parked stream what there is: it cannot be folded. */
const foldable = (wanted: Wanted, stored: ReadonlyMap<StreamId, StoredRow>, { kind }: Consistency): Wanted =>
  new Map([...wanted].filter(([stream]) => kind !== 'eventual' || stored.get(stream)?.parked === undefined));

const TO_ITS_END = Number.MAX_SAFE_INTEGER;

/** The streams that the rows do not have far enough, as the log has them. */
async function tailsOf(
  store: Ports['store'],
  projection: AnyProjection,
  wanted: Wanted,
  stored: ReadonlyMap<StreamId, StoredRow>,
): Promise<ReadonlyMap<StreamId, Tail>> {
  const behind = [...wanted].filter(([stream, version]) => (stored.get(stream)?.watermark ?? 0) < version);
  const tails = behind.map(
    async ([stream]) => [stream, await foldTail(store, projection, stream, stored.get(stream))] as const,
  );
  return new Map(await Promise.all(tails));
}

async function joinedRows(
  { table, store }: Ports,
  projection: AnyProjection,
  wanted: Wanted,
): Promise<{ readonly rows: ReadonlyMap<StreamId, FoundRow>; readonly parked: boolean }> {
  const unique = [...wanted.keys()];
  if (unique.length === 0) return { rows: new Map(), parked: false };
  const stored = await table.readMany(unique);
  const tails = await tailsOf(store, projection, wanted, stored);
  const rows = unique.flatMap((stream) => {
    const row = tails.get(stream) ?? stored.get(stream);
    if (row === undefined || row.watermark === 0) return [];
    return [[stream, { row: row.row, version: row.watermark }] as const];
  });
  return { rows: new Map(rows), parked: [...stored.values()].some(({ parked }) => parked !== undefined) };
}
