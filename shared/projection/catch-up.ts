/** A row keeps up with its stream exactly once in effect, in order and in whole commits, however its messages arrive. */
import { type BoundedCache, createBoundedCache, isKitError, KitError, type StreamId } from '#shared/event/index.ts';
import { type Commit, type EventStore, lastVersion, recordedEvents } from '#shared/event-store/index.ts';
import { assertNotParked } from './parking.ts';
import { type AnyProjection, type Projected, project, startProjecting } from './projection.ts';
import {
  type Entry,
  type EntryChanges,
  type EntryKey,
  MAXIMUM_CHANGE_BYTES,
  MAXIMUM_ENTRY_CHANGES,
  type QueryTable,
  type RowChange,
  type StoredRow,
} from './query-table.ts';

export type ProjectionPorts = {
  readonly table: QueryTable;
  readonly store: Pick<EventStore, 'readCommits'>;
  /** The rows that this process has written last; without them each catch-up reads the row. */
  readonly rows?: BoundedCache<StreamId, StoredRow>;
};

/** Rows that a consumer has written last: about a sixteenth of a function's 1,024 MB, as objects. */
export const createRowCache = (): BoundedCache<StreamId, StoredRow> =>
  createBoundedCache({
    maximumValues: 1_000,
    maximumBytes: 16 * 1024 * 1024,
    bytesOf: ({ row }) => Buffer.byteLength(JSON.stringify(row)),
  });

/** Every lost race means that another writer has moved the row on, so a few are enough. */
const MAXIMUM_RACES = 20;

/**
 * Brings a row at least to the version that a message has announced, as far as the log goes, and gives the version reached.
 *
 * A message is only a hint. What the row has already is passed over; otherwise everything that the log holds after the row is
 * folded, whole commits only, and written with the entries in one conditional write; a long way in several, each of them a
 * state that the stream has had. So any order, any duplicates, any losses before the newest, and any false messages give the
 * same row and entries. A commit that changes more than {@link MAXIMUM_ENTRY_CHANGES} entries is announced in the row, written
 * in parts that each check that announcement, and ended by the watermark: whoever comes next completes it, and a late writer
 * fails. Safe to retry. Throws `parked` when the stream is parked, `event-not-applied`, `unknown-event`, `stream-corrupted`,
 * `store-unavailable`, `row-too-large` and `invalid-identifier`. A commit that cannot be read, applied or written leaves the row, and
 * its entries, as the commits before it have made them, whatever came in one page with it.
 */
export async function catchUp(
  ports: ProjectionPorts,
  projection: AnyProjection,
  stream: StreamId,
  announced: number,
): Promise<number> {
  const { table, store, rows } = ports;
  const read = async (consistent: boolean): Promise<StoredRow> => {
    const found = await table.read(stream, { consistent });
    // A mark is taken away by others, so it is not remembered.
    if (found !== undefined && found.parked === undefined) rows?.set(stream, found);
    return found ?? { watermark: 0, row: projection.initialRow };
  };
  let current = rows?.get(stream) ?? (await read(false));
  if (current.parked !== undefined) current = await read(true);
  if (current.watermark >= announced && current.announced === undefined) return current.watermark;
  assertNotParked(stream, current);
  for (let races = 0; ; ) {
    const page = await readPage(store, stream, current.watermark);
    for (let left = page.commits; left.length > 0; left = left.filter(({ version }) => version > current.watermark)) {
      assertNotParked(stream, current);
      const after = await step(table, projection, stream, current, left);
      if (after === undefined) races += 1;
      if (races === MAXIMUM_RACES) throw overtaken(stream);
      // Who has lost a race goes on from the row of the winner, with what of the page it has not.
      current = after ?? (await read(true));
      if (after !== undefined) rows?.set(stream, after);
    }
    if (!page.more) return current.watermark;
  }
}

const overtaken = (stream: StreamId) =>
  new KitError('store-unavailable', `Others have written the row of ${stream} ${MAXIMUM_RACES} times. Try again.`, {
    retryable: true,
  });

/** So many commits are read at once when one of a page cannot be read: those before it are found in a few requests. */
const CAREFUL_LIMITS = [100, 10, 1];

async function readPage(store: ProjectionPorts['store'], stream: StreamId, after: number) {
  let failure: unknown;
  for (const limit of [undefined, ...CAREFUL_LIMITS]) {
    try {
      const page = await store.readCommits(stream, { after, ...(limit !== undefined && { limit }) });
      return { commits: page.commits, more: page.more || limit !== undefined };
    } catch (error) {
      if (!isKitError(error) || error.retryable) throw error;
      failure = error;
    }
  }
  throw failure;
}

/**
 * Writes as many commits as one write takes with their entries, and at least one; only that one when a change up to it is
 * announced. When they cannot be applied or written, half of them may: those before the one that is at fault.
 */
async function step(
  table: QueryTable,
  projection: AnyProjection,
  stream: StreamId,
  before: StoredRow,
  commits: readonly Commit[],
): Promise<StoredRow | undefined> {
  const { announced = Number.POSITIVE_INFINITY } = before;
  const upTo = commits.filter((commit) => lastVersion(commit) <= announced);
  for (let count = upTo.length; ; count = Math.floor(count / 2)) {
    const taken = upTo.slice(0, count);
    const last = taken.at(-1);
    if (last === undefined) throw new Error(`${stream} has no commit that ends at ${announced}, which is announced`);
    try {
      const projected = project(projection, before.row, taken.flatMap(recordedEvents));
      const parts = partsOf(projected);
      if (count > 1 && parts.length > 1) continue;
      const change = { ...projected, from: before.watermark, watermark: lastVersion(last) };
      if (!(await write(table, stream, before, change, parts))) return undefined;
      return { watermark: change.watermark, row: change.row };
    } catch (error) {
      if (count === 1 || (isKitError(error) && error.retryable)) throw error;
    }
  }
}

async function write(
  table: QueryTable,
  stream: StreamId,
  before: StoredRow,
  change: RowChange,
  parts: readonly EntryChanges[],
): Promise<boolean> {
  if (parts.length <= 1) return table.write(stream, change);
  const { from, watermark: to } = change;
  if (before.announced === undefined && !(await table.announce(stream, before, change))) return false;
  for (const part of parts) {
    if (!(await table.writeAnnounced(stream, { from, to }, part))) return false;
  }
  return table.write(stream, { ...change, put: [], remove: [] });
}

/** The changes in their order, cut where one write takes no more. */
function partsOf({ put, remove }: EntryChanges): EntryChanges[] {
  const parts: { put: Entry[]; remove: EntryKey[]; bytes: number }[] = [];
  const partFor = (bytes: number) => {
    let part = parts.at(-1);
    const entries = part === undefined ? 0 : part.put.length + part.remove.length;
    if (part === undefined || entries === MAXIMUM_ENTRY_CHANGES || part.bytes + bytes > MAXIMUM_CHANGE_BYTES) {
      part = { put: [], remove: [], bytes: 0 };
      parts.push(part);
    }
    part.bytes += bytes;
    return part;
  };
  for (const entry of put) partFor(bytesOf(entry)).put.push(entry);
  for (const key of remove) partFor(bytesOf(key)).remove.push(key);
  return parts;
}

const bytesOf = (entry: Entry | EntryKey) => Buffer.byteLength(JSON.stringify(entry));

/**
 * What a row and its entries become with everything that the log holds after the row, or with what of it was recorded up to a
 * time, for one answer: nothing is written. Throws what reading the log throws, and `event-not-applied`.
 */
export async function foldTail(
  store: ProjectionPorts['store'],
  projection: AnyProjection,
  stream: StreamId,
  stored: StoredRow | undefined,
  recordedUpTo?: string,
): Promise<Projected & { readonly watermark: number }> {
  let watermark = stored?.watermark ?? 0;
  const projecting = startProjecting(projection, stored === undefined ? projection.initialRow : stored.row);
  for (let more = true; more; ) {
    const range = { after: watermark, ...(recordedUpTo !== undefined && { recordedUpTo }) };
    const page = await store.readCommits(stream, range);
    for (const commit of page.commits) {
      for (const event of recordedEvents(commit)) projecting.add(event);
      watermark = lastVersion(commit);
    }
    more = page.more;
  }
  return { ...projecting.projected(), watermark };
}
