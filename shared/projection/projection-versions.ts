/**
 * The versions of a projection live side by side in one table, and one of them is active: lists are answered from it. A new
 * version is made active by one conditional write, once it is whole.
 */
import { categoryOf } from '#shared/event/index.ts';
import type { Follower } from './projection.ts';
import type { QueryTable } from './query-table.ts';
import type { HintFeed } from './reconciling.ts';

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

  /** When the table was made, and with it the projection: what was fed since then, it is told of. */
  createdAt(): Promise<Date>;

  /** Undefined when none was ever recorded, see {@link versionForLists}. Strongly consistent. */
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

type Sources = Pick<ProjectionVersions, 'readActive' | 'createdAt' | 'read'>;

/**
 * The version that lists are read in: the active one, or the code's own when that is older, since then the newer code is not
 * deployed yet, or not any more. While none is recorded, the code's own if it has missed nothing: the projection is older than
 * the first event of the feed, and no older version has been at work. Otherwise none, since what is deployed over an older log
 * is not known to be whole.
 */
export async function versionForLists(
  versions: Sources,
  projection: Pick<Follower, 'version' | 'categories'>,
  feed: HintFeed,
): Promise<number | undefined> {
  const { version, categories } = projection;
  const recorded = await versions.readActive();
  if (recorded !== undefined) return Math.min(recorded.active, version);
  const [made, { events }] = await Promise.all([versions.createdAt(), feed.read(undefined, FIRST_EVENTS)]);
  const [first] = events;
  if (first === undefined) return version;
  if (Date.parse(first.recordedAt) < made.getTime()) return undefined;
  const own = events.find(({ stream }) => categories.includes(categoryOf(stream)));
  if (own === undefined) return version;
  const older = Array.from({ length: version - 1 }, (_, index) => index + 1);
  const rows = await versions.read(older.map((one) => ({ version: one, key: own.stream, sort: ROW_SORT })));
  return rows.length === 0 ? version : undefined;
}

/** Among so many, most often, is one of the projection's own. */
const FIRST_EVENTS = 100;

/**
 * Gives {@link versionForLists} with its table, or `filling` when there is none. At most one look in {@link ACTIVE_FOR_MS},
 * however many ask.
 */
export function listedVersion(
  versions: Sources & Pick<ProjectionVersions, 'table'>,
  projection: Pick<Follower, 'version' | 'categories'>,
  feed: HintFeed,
  clock: () => Date,
): () => Promise<ListedVersion | 'filling'> {
  let found: { readonly at: number; readonly listed: Promise<ListedVersion | 'filling'> } | undefined;
  const look = async () => {
    const listed = await versionForLists(versions, projection, feed);
    return listed === undefined ? 'filling' : { version: listed, table: versions.table(listed) };
  };
  return () => {
    const now = clock().getTime();
    if (found === undefined || now - found.at >= ACTIVE_FOR_MS) {
      const looking = { at: now, listed: look() };
      found = looking;
      looking.listed.catch(() => {
        if (found === looking) found = undefined;
      });
    }
    return found.listed;
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
