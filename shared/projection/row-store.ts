/** What does a query table promise? The port that rows of projections are kept behind. */

/** A row as it was read, with the version of the last event that went into it. */
export type StoredRow = { readonly watermark: number; readonly row: unknown };

/** Reads are strongly consistent. Both methods throw `store-unavailable`, which is safe to retry. */
export type RowStore = {
  read(key: string): Promise<StoredRow | undefined>;

  /**
   * Replaces the row if its watermark is still `from` (0: there is no row yet). False, and nothing written, when it is not: then
   * somebody else has moved the row on.
   */
  write(key: string, change: { readonly from: number } & StoredRow): Promise<boolean>;
};
