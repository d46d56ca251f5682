/** A query is answered from the keys that it names; strongly, with what the log holds after them laid over, and without waiting. */
import { type StreamId, toStreamId } from '#shared/event/index.ts';
import { foldTail, type ProjectionPorts } from './catch-up.ts';
import { cursorText, parseCursor } from './list-cursor.ts';
import { overlay, readList } from './list-entries.ts';
import type { AnyProjection, Projected } from './projection.ts';
import type { AnyQuery, EntryList, FoundRow } from './query.ts';
import type { EntryPage, QueryTable, StoredRow } from './query-table.ts';

/**
 * What an answer must include. `strong`: every commit of the streams whose rows are read that was acknowledged before the
 * call. `upTo`: the named streams, up to these versions at least. Whatever the state of the bus.
 */
export type Consistency =
  | { readonly kind: 'eventual' }
  | { readonly kind: 'strong' }
  | { readonly kind: 'up-to'; readonly versions: ReadonlyMap<StreamId, number> };

export type QueryRequest = {
  readonly projection: AnyProjection;
  readonly query: AnyQuery;
  /** As the query's schema gave them. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly consistency: Consistency;
  readonly limit?: number;
  readonly cursor?: string;
};

export type QueryAnswer =
  /** `version` is that of the query's row, when it has one. */
  | { readonly kind: 'found'; readonly body: unknown; readonly version: number | undefined }
  | { readonly kind: 'nothing' }
  /** The query reads keys for which such an answer cannot be given. */
  | { readonly kind: 'consistency-not-available' }
  /** The cursor was not made for this query and key, or was changed. */
  | { readonly kind: 'invalid-cursor' };

type Ports = Pick<ProjectionPorts, 'table' | 'store'>;
type Tail = Projected & { readonly watermark: number };

const DEFAULT_LIMIT = 100;

/**
 * One request for each key that is named, all at once as far as they do not follow from each other; one more for each stream
 * that is folded further. A stream's own row that is not there is folded from the log. Watermarks are read before entries, and
 * the log last: so what is laid over is never older than what it is laid over. Writes nothing. Throws what the table and the
 * log throw, and what the projection throws.
 */
export async function answerQuery(ports: Ports, request: QueryRequest): Promise<QueryAnswer> {
  const { projection, query, parameters, consistency } = request;
  const list = query.list?.(parameters);
  const stream = streamOf(projection, query, parameters);
  if (!isAvailable(consistency, stream, list)) return { kind: 'consistency-not-available' };
  const scope = list && [projection.name, projection.version, query.path, list.key];
  const after = request.cursor === undefined ? undefined : parseCursor(scope, request.cursor);
  if (request.cursor !== undefined && after === undefined) return { kind: 'invalid-cursor' };

  const range = { after, limit: request.limit ?? list?.limit ?? DEFAULT_LIMIT };
  const stored = await rowsOf(ports.table, stream, consistency);
  const page = list && (await readList(ports.table, list, range, { consistent: consistency.kind !== 'eventual' }));
  const tails = await tailsOf(ports.store, projection, stream, stored, consistency);

  const row = stream === undefined ? undefined : (tails.get(stream) ?? stored.get(stream));
  if (stream !== undefined && (row === undefined || row.watermark === 0)) return { kind: 'nothing' };
  const { entries, next }: EntryPage = list && page ? overlay(page, list, range, tails) : NO_ENTRIES;
  const found = { row: row?.row, entries };
  const joined = await joinedRows(ports, projection, query.joins?.(found, parameters) ?? [], consistency);
  const body = query.answer(
    {
      ...found,
      version: row?.watermark ?? 0,
      next: next === undefined ? null : cursorText(scope, next),
      joined,
    },
    parameters,
  );
  return body === undefined ? { kind: 'nothing' } : { kind: 'found', body, version: row?.watermark };
}

const NO_ENTRIES: EntryPage = { entries: [], next: undefined };

/** A query that names neither a stream nor a list is of the stream with the path's id, of the projection's first category. */
function streamOf(projection: AnyProjection, query: AnyQuery, parameters: QueryRequest['parameters']) {
  if (query.stream !== undefined) return query.stream(parameters);
  return query.list === undefined ? toStreamId(projection.categories[0] ?? '', String(parameters.id)) : undefined;
}

function isAvailable(consistency: Consistency, stream: StreamId | undefined, list: EntryList | undefined): boolean {
  switch (consistency.kind) {
    case 'eventual':
      return true;
    case 'strong':
      return stream !== undefined;
    case 'up-to':
      return list?.keep === undefined;
  }
}

async function rowsOf(table: QueryTable, stream: StreamId | undefined, consistency: Consistency) {
  const named = consistency.kind === 'up-to' ? [...consistency.versions.keys()] : [];
  const streams = [...new Set([...(stream === undefined ? [] : [stream]), ...named])];
  if (streams.length > 1) return table.readMany(streams);
  const found = new Map<StreamId, StoredRow>();
  for (const one of streams) {
    const row = await table.read(one);
    if (row !== undefined) found.set(one, row);
  }
  return found;
}

/** The streams that the rows do not have far enough, as the log has them. */
async function tailsOf(
  store: Ports['store'],
  projection: AnyProjection,
  own: StreamId | undefined,
  stored: ReadonlyMap<StreamId, StoredRow>,
  consistency: Consistency,
): Promise<ReadonlyMap<StreamId, Tail>> {
  const wanted = new Map(consistency.kind === 'up-to' ? consistency.versions : []);
  if (own !== undefined && consistency.kind === 'strong') wanted.set(own, Number.MAX_SAFE_INTEGER);
  if (own !== undefined && !wanted.has(own)) wanted.set(own, 1);
  const behind = [...wanted].filter(([stream, version]) => (stored.get(stream)?.watermark ?? 0) < version);
  const tails = behind.map(
    async ([stream]) => [stream, await foldTail(store, projection, stream, stored.get(stream))] as const,
  );
  return new Map(await Promise.all(tails));
}

async function joinedRows(
  { table, store }: Ports,
  projection: AnyProjection,
  streams: readonly StreamId[],
  consistency: Consistency,
): Promise<ReadonlyMap<StreamId, FoundRow>> {
  const unique = [...new Set(streams)];
  if (unique.length === 0) return new Map();
  const stored = await table.readMany(unique);
  const rows = unique.map(async (stream) => {
    const tails = await tailsOf(store, projection, stream, stored, ofStream(consistency, stream));
    return [stream, tails.get(stream) ?? stored.get(stream)] as const;
  });
  return new Map(
    (await Promise.all(rows)).flatMap(([stream, row]) =>
      row === undefined || row.watermark === 0 ? [] : [[stream, { row: row.row, version: row.watermark }] as const],
    ),
  );
}

/** What an answer must include of one stream alone. */
function ofStream(consistency: Consistency, stream: StreamId): Consistency {
  if (consistency.kind !== 'up-to') return consistency;
  const version = consistency.versions.get(stream);
  return { kind: 'up-to', versions: new Map(version === undefined ? [] : [[stream, version]]) };
}
