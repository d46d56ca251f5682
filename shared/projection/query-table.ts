/**
 * A query table holds the rows of one version of a projection and the entries beside them. A stream has one row; an entry
 * stands under any key that streams share, and belongs to the stream that put it: no other stream can overwrite or remove it.
 */
import type { StreamId } from '#shared/event/index.ts';

/** A row with the version of the last event that went into it. */
export type StoredRow = {
  readonly watermark: number;
  readonly row: unknown;
  /** A change up to this version has been begun and not ended: it has more entries than one write takes. */
  readonly announced?: number;
  readonly parked?: Parked;
};

/** Why a stream waits: its events from `version` on could not be applied. */
export type Parked = { readonly version: number; readonly error: string; readonly at: string };

export type ParkedStream = Parked & { readonly stream: StreamId };

/** Where an entry of a stream stands: entries of one key are read in the order of `sort`, then of their streams. */
export type EntryKey = { readonly key: string; readonly sort: string };

export type Entry = EntryKey & { readonly value: unknown };

/** Entries that come and go together; each key is in one of both lists once. */
export type EntryChanges = { readonly put: readonly Entry[]; readonly remove: readonly EntryKey[] };

export type RowChange = EntryChanges & {
  readonly from: number;
  readonly watermark: number;
  readonly row: unknown;
};

export type StreamChange = { readonly stream: StreamId; readonly change: RowChange };

export type ListedEntry = {
  readonly stream: StreamId;
  readonly sort: string;
  readonly value: unknown;
  /** Pass as `after` to go on behind this entry. */
  readonly position: string;
};

export type ListRange = {
  readonly key: string;
  /** Position of the entry before the first. */
  readonly after?: string;
  readonly limit: number;
  /** From the last to the first. */
  readonly descending?: boolean;
};

export type EntryPage = {
  readonly entries: readonly ListedEntry[];
  /** Position of the last entry that was read, when there may be more behind it. */
  readonly next: string | undefined;
};

/** Streams of one look at what is parked. */
export const MAXIMUM_PARKED_PAGE = 100;

type Reading = { readonly consistent?: boolean };

/** Rows and entries of one write. Source: TransactWriteItems takes 100 actions. */
export const MAXIMUM_WRITES = 100;

/** Entries of one write, beside the row. */
export const MAXIMUM_ENTRY_CHANGES = MAXIMUM_WRITES - 1;

/** Of the entries of one write, as JSON. Source: 4 MB of one TransactWriteItems, of which the row may take 400 KB. */
export const MAXIMUM_CHANGE_BYTES = 3 * 1024 * 1024;

/**
 * Reads are eventually consistent unless `consistent` is asked for. Every method throws `store-unavailable`, which is safe to
 * retry; every write is conditional, so a repeat changes nothing. Writes throw before anything is written: `row-too-large`
 * when the row or an entry does not fit into an item, and `invalid-identifier` when the key of an entry is too long.
 */
export type QueryTable = {
  read(stream: StreamId, reading?: Reading): Promise<StoredRow | undefined>;

  /** The rows of streams, a hundred with each request, all at once; those without one are not in the answer. */
  readMany(streams: readonly StreamId[], reading?: Reading): Promise<ReadonlyMap<StreamId, StoredRow>>;

  /** Up to `limit` entries of a key; fewer, with `next`, when they are large. One request. */
  list(range: ListRange, reading?: Reading): Promise<EntryPage>;

  /**
   * Replaces row and watermark and changes up to {@link MAXIMUM_ENTRY_CHANGES} entries, all or none, if the row's watermark is
   * still `from` (0: there is no row yet), nothing, or a change up to this very watermark, is announced, and the stream is not
   * parked. False, and nothing written, when it is not so: somebody else has moved the row on.
   */
  write(stream: StreamId, change: RowChange): Promise<boolean>;

  /**
   * Writes the changes of different streams, all or none, each on the condition of `write`; up to {@link MAXIMUM_WRITES} rows
   * and entries in all. False, and nothing written, when one of them is not as it must be.
   */
  writeAll(changes: readonly StreamChange[]): Promise<boolean>;

  /** Announces a change of any size, beside the row as it is, when all of it fits. On the condition of `write`. */
  announce(stream: StreamId, before: StoredRow, change: RowChange): Promise<boolean>;

  /** A part of an announced change: up to {@link MAXIMUM_ENTRY_CHANGES} entries, while just this change is announced. */
  writeAnnounced(stream: StreamId, announced: { from: number; to: number }, part: EntryChanges): Promise<boolean>;

  /** Marks the row as parked and lists its stream, if the row's watermark is still that of `before` and it is not parked. */
  park(stream: StreamId, before: StoredRow, parked: Parked): Promise<boolean>;

  /** Takes the mark away again, and the stream from the list. False when the stream is not parked. */
  unpark(stream: StreamId): Promise<boolean>;

  /** Parked streams by name, up to 100; pass the last as `after` to go on. Strongly consistent. */
  parkedStreams(after?: StreamId): Promise<readonly ParkedStream[]>;

  /** A note of the engine about this version as a whole, such as how far it has been reconciled; strongly consistent. */
  readNote(name: string): Promise<unknown>;

  /** Replaces a note if it is still as it was read. False, and nothing written, when it is not. */
  writeNote(name: string, change: { readonly from: unknown; readonly to: unknown }): Promise<boolean>;
};

/** The separator sorts before everything that a text has in it, so `a` comes before `a b` whatever the streams are named. */
const SEPARATOR = '\u0001';

export const entryPosition = (sort: string, stream: StreamId): string => `${sort}${SEPARATOR}${stream}`;

/** In the order in which a table gives them: by the bytes of their UTF-8, as texts without surrogates compare anyway. */
export function comparePositions(one: string, other: string): number {
  if (SURROGATE.test(one) || SURROGATE.test(other)) return Buffer.compare(Buffer.from(one), Buffer.from(other));
  return one < other ? -1 : one > other ? 1 : 0;
}

const SURROGATE = /[\ud800-\udfff]/;

export function parsePosition(position: string): { readonly sort: string; readonly stream: StreamId } {
  const at = position.lastIndexOf(SEPARATOR);
  return { sort: position.slice(0, at), stream: position.slice(at + 1) as StreamId }; // written from a StreamId
}
