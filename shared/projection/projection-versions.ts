/**
 * The versions of a projection live side by side in one table, and one of them is active: lists are answered from it. A new
 * version is made active by one conditional write, once it is whole.
 */
import type { QueryTable } from './query-table.ts';

/** `previous` is the version to go back to; it is still there. */
export type ActiveVersion = { readonly active: number; readonly previous?: number; readonly at: string };

/** The `sort` of a row, whose `key` is its stream. */
export const ROW_SORT = 'row';

/** Before the position of an entry, in its `sort`. */
export const ENTRY_SORT = 'entry#';

/** A row or an entry of a version; `content` is the row or the value. */
export type VersionItem = ItemKey & { readonly content: unknown };
export type ItemKey = { readonly version: number; readonly key: string; readonly sort: string };

/** All methods throw `store-unavailable`, which is safe to retry. */
export type ProjectionVersions = {
  table(version: number): QueryTable;

  /** Undefined when none was ever recorded: then the version of the code counts. Strongly consistent. */
  readActive(): Promise<ActiveVersion | undefined>;

  /** Replaces what is recorded if it is still as it was read. False, and nothing written, when it is not. */
  writeActive(change: { readonly from: ActiveVersion | undefined; readonly to: ActiveVersion }): Promise<boolean>;

  /** For tools: every row and entry of all versions that was there at the beginning, a page at a time, several at once. */
  scan(each: (items: readonly VersionItem[]) => Promise<void>): Promise<void>;

  /** Those rows and entries that there are, in any order; strongly consistent. */
  read(keys: readonly ItemKey[]): Promise<readonly VersionItem[]>;

  /**
   * Deletes all that is kept of every version but one, and gives the number of items. The notes go first: what is left by a
   * kill is not taken for a whole version.
   */
  dropAllBut(version: number): Promise<number>;
};

/** A version and its rows and entries, for lists. */
export type ListedVersion = { readonly version: number; readonly table: QueryTable };

/** So long a process answers lists from the version that it has found active. */
export const ACTIVE_FOR_MS = 5_000;

/**
 * Where lists are read: in the active version, or in the code's own when that is older, since then the newer code is not
 * deployed yet, or not any more. At most one read in {@link ACTIVE_FOR_MS}, however many ask.
 */
export function listedVersion(
  versions: Pick<ProjectionVersions, 'table' | 'readActive'>,
  version: number,
  clock: () => Date,
): () => Promise<ListedVersion> {
  const own = { version, table: versions.table(version) };
  let known: { readonly at: number; readonly listed: Promise<ListedVersion> } | undefined;
  const look = async () => {
    const { active = version } = (await versions.readActive()) ?? {};
    return active < version ? { version: active, table: versions.table(active) } : own;
  };
  return () => {
    const now = clock().getTime();
    if (known === undefined || now - known.at >= ACTIVE_FOR_MS) {
      const looking = { at: now, listed: look() };
      known = looking;
      looking.listed.catch(() => {
        if (known === looking) known = undefined;
      });
    }
    return known.listed;
  };
}

/** Records the version as active when none is. Safe to repeat. */
export async function recordFirstActive(versions: Pointer, version: number, clock: () => Date): Promise<void> {
  if ((await versions.readActive()) !== undefined) return;
  await versions.writeActive({ from: undefined, to: { active: version, at: clock().toISOString() } });
}

type Pointer = Pick<ProjectionVersions, 'readActive' | 'writeActive'>;

/** Makes a version active, and keeps the one before to go back to. False when somebody else has changed it at that moment. */
export async function activateVersion(versions: Pointer, version: number, clock: () => Date): Promise<boolean> {
  const from = await versions.readActive();
  if (from?.active === version) return true;
  const to = { active: version, ...(from !== undefined && { previous: from.active }), at: clock().toISOString() };
  return (await versions.writeActive({ from, to })) || (await versions.readActive())?.active === version;
}
