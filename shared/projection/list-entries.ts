/** A page of the entries of one key, as the table has it and with what the log holds beyond it. */
import type { StreamId } from '#shared/event/index.ts';
import type { Projected } from './projection.ts';
import type { EntryList } from './query.ts';
import { comparePositions, type EntryPage, entryPosition, type ListedEntry, type QueryTable } from './query-table.ts';

type Range = { readonly after: string | undefined; readonly limit: number };

/** Of a list that passes over entries: so many requests, then the page ends early and says where to go on. */
const MAXIMUM_REQUESTS = 10;

export async function readList(
  table: QueryTable,
  { key, descending = false, keep }: EntryList,
  { after, limit }: Range,
  reading: { readonly consistent: boolean },
): Promise<EntryPage> {
  const entries: ListedEntry[] = [];
  let next = after;
  for (let request = 0; request < (keep === undefined ? 1 : MAXIMUM_REQUESTS); request += 1) {
    const page = await table.list({ key, descending, limit, ...(next !== undefined && { after: next }) }, reading);
    for (const entry of page.entries) {
      if (keep !== undefined && !keep(entry.value)) continue;
      // What lies behind a full page is known to be there, and is what asks for another one.
      if (entries.length === limit) return { entries, next: entries.at(-1)?.position };
      entries.push(entry);
    }
    next = page.next;
    if (next === undefined) break;
    if (keep === undefined || entries.length === limit) return { entries, next };
  }
  return { entries, next };
}

/**
 * The page with the entries that streams have put and removed since: those within what the page covers, in its order. More
 * than `limit` are cut off, and `next` says so.
 */
export function overlay(
  page: EntryPage,
  { key, descending = false, keep }: EntryList,
  { after, limit }: Range,
  changes: ReadonlyMap<StreamId, Pick<Projected, 'put' | 'remove'>>,
): EntryPage {
  if (changes.size === 0) return page;
  const order = (one: string, other: string) => comparePositions(one, other) * (descending ? -1 : 1);
  const covered = (position: string) =>
    (after === undefined || order(position, after) > 0) && (page.next === undefined || order(position, page.next) <= 0);
  const found = new Map(page.entries.map((entry) => [entry.position, entry]));
  for (const [stream, { put, remove }] of changes) {
    for (const entry of remove) if (entry.key === key) found.delete(entryPosition(entry.sort, stream));
    for (const { sort, value, ...entry } of put) {
      const position = entryPosition(sort, stream);
      if (entry.key !== key || !covered(position)) continue;
      if (keep === undefined || keep(value)) found.set(position, { stream, sort, value, position });
      else found.delete(position);
    }
  }
  const entries = [...found.values()].sort((one, other) => order(one.position, other.position));
  if (entries.length <= limit) return { entries, next: page.next };
  const cut = entries.slice(0, limit);
  return { entries: cut, next: cut.at(-1)?.position };
}

/** The page without what these streams have put there; where it goes on stays. */
export const withoutStreams = (page: EntryPage, streams: ReadonlyMap<StreamId, unknown>): EntryPage => ({
  ...page,
  entries: page.entries.filter(({ stream }) => !streams.has(stream)),
});
