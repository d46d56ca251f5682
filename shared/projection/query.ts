/** A query names the keys that it reads, and makes its answer of what is found there: pure, as the projection is. */
import type * as z from 'zod/mini';
import type { StreamId } from '#shared/event/index.ts';

/** The entries of one key, a page at a time. */
export type EntryList = {
  readonly key: string;
  /** From the last to the first, by their sort. */
  readonly descending?: boolean;
  /** Only the query's own stream puts entries under the key: then they are folded from the log while the version is filled. */
  readonly own?: true;
  /** Passes over entries that the key alone does not tell from those that are asked for. Such a query honours no token. */
  readonly keep?: (value: unknown) => boolean;
  /** Entries of a page unless `?limit=` asks for another number; {@link DEFAULT_LIMIT} when it is left out. */
  readonly limit?: number;
};

export const DEFAULT_LIMIT = 100;

export type FoundEntry = { readonly stream: StreamId; readonly sort: string; readonly value: unknown };

export type FoundRow = { readonly row: unknown; readonly version: number };

export type Found<Row> = {
  /** Of the query's stream. Undefined when it names none; a query whose stream has no row is 404. */
  readonly row: Row;
  /** Of the last event in the row. */
  readonly version: number;
  readonly entries: readonly FoundEntry[];
  /** Cursor of the next page, or null. */
  readonly next: string | null;
  /** Whether this is a page behind the first: it may be empty though there is something. */
  readonly continued: boolean;
  readonly joined: ReadonlyMap<StreamId, FoundRow>;
  /** When the question was asked: a query reads no clock. */
  readonly now: Date;
};

/**
 * `GET` of a path. `{name}` in it is a parameter; each is an id unless `parameters` says what it is, together with those of
 * the query string. `limit` and `cursor` of a list are the kit's.
 */
export type Query<Row, Parameters> = {
  readonly path: string;
  /** What it answers, in a sentence for people. */
  readonly meaning: string;
  readonly parameters?: z.ZodMiniObject;
  /**
   * Takes `?as-at=<time>` too, and is then answered from the log: as it would have been answered then. For queries of one
   * stream, with a list that this stream alone puts entries into, and without joins.
   */
  readonly asAt?: true;
  /** The stream whose row is read. */
  readonly stream?: (parameters: Parameters) => StreamId;
  readonly list?: (parameters: Parameters) => EntryList;
  /** Streams whose rows are read too: those that the row names or the entries of the page, a hundred with each request. */
  readonly joins?: (found: Pick<Found<Row>, 'row' | 'entries'>, parameters: Parameters) => readonly StreamId[];
  /** Undefined: there is nothing, 404. */
  readonly answer: (found: Found<Row>, parameters: Parameters) => unknown;
};

/** A query whose own types are behind it: the kit hands it only what its schema let through, and rows of its projection. */
export type AnyQuery = Query<unknown, Readonly<Record<string, unknown>>>;

export const defineQuery = <Row, Parameters = { readonly id: string }>(query: Query<Row, Parameters>): AnyQuery =>
  query as unknown as AnyQuery; // see AnyQuery

/** The names in braces of a path. */
export const pathParameters = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
