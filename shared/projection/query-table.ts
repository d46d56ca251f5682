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
};

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

type Reading = { readonly consistent?: boolean };

/** Entries of one write, beside the row. Source: 100 actions of TransactWriteItems. */
export const MAXIMUM_ENTRY_CHANGES = 99;

/**
 * Reads are eventually consistent unless `consistent` is asked for. Every method throws `store-unavailable`, which is safe to
 * retry; every write is conditional, so a repeat changes nothing. Writes throw `row-too-large` before anything is written.
 */
export type QueryTable = {
  read(stream: StreamId, reading?: Reading): Promise<StoredRow | undefined>;

  /** The rows of streams, a hundred with each request, all at once; those without one are not in the answer. */
  readMany(streams: readonly StreamId[], reading?: Reading): Promise<ReadonlyMap<StreamId, StoredRow>>;

  /** Up to `limit` entries of a key; fewer, with `next`, when they are large. One request. */
  list(range: ListRange, reading?: Reading): Promise<EntryPage>;

  /**
   * Replaces row and watermark and changes up to {@link MAXIMUM_ENTRY_CHANGES} entries, all or none, if the row's watermark is
   * still `from` (0: there is no row yet) and nothing, or a change up to this very watermark, is announced. False, and nothing
   * written, when it is not: somebody else has moved the row on.
   */
  write(stream: StreamId, change: RowChange): Promise<boolean>;

  /** Announces a change up to `to`, beside the row as it is. On the condition of `write`. */
  announce(stream: StreamId, before: StoredRow, to: number): Promise<boolean>;

  /** A part of an announced change: up to {@link MAXIMUM_ENTRY_CHANGES} entries, while just this change is announced. */
  writeAnnounced(stream: StreamId, announced: { from: number; to: number }, part: EntryChanges): Promise<boolean>;
};

/** The separator sorts before everything that a text has in it, so `a` comes before `a b` whatever the streams are named. */
const SEPARATOR = '\u0001';

export const entryPosition = (sort: string, stream: StreamId): string => `${sort}${SEPARATOR}${stream}`;

/** In the order in which a table gives them: by the bytes of their UTF-8. */
export const comparePositions = (one: string, other: string): number =>
  Buffer.compare(Buffer.from(one), Buffer.from(other));

export function parsePosition(position: string): { readonly sort: string; readonly stream: StreamId } {
  const at = position.lastIndexOf(SEPARATOR);
  return { sort: position.slice(0, at), stream: position.slice(at + 1) as StreamId }; // written from a StreamId
}
