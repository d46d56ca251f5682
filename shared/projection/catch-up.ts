/** A row keeps up with its stream exactly once in effect, in order and in whole commits, however its messages arrive. */
import { type BoundedCache, createBoundedCache, isKitError, KitError, type StreamId } from '#shared/event/index.ts';
import { type Commit, type EventStore, lastVersion, recordedEvents } from '#shared/event-store/index.ts';
import { type AnyProjection, type Projected, project, startProjecting } from './projection.ts';
import {
  type Entry,
  type EntryChanges,
  type EntryKey,
  MAXIMUM_ENTRY_CHANGES,
  type QueryTable,
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
 * same row and entries. What cannot be applied holds the row before it. A commit that changes more than {@link MAXIMUM_ENTRY_CHANGES} entries is announced in the row, written
 * in parts that each check that announcement, and ended by the watermark: whoever comes next completes it, and a late writer
 * fails. Safe to retry. Throws `parked` when the stream is parked,
 * `event-not-applied`, `unknown-event`, `stream-corrupted`, `store-unavailable` and `row-too-large`; the row is then
 * at the last version that could be written.
 */
export async function catchUp(
  ports: ProjectionPorts,
  projection: AnyProjection,
  stream: StreamId,
  announced: number,
): Promise<number> {
  const { table, rows } = ports;
  let stored = rows?.get(stream) ?? (await table.read(stream));
  for (let race = 0; race < MAXIMUM_RACES; race += 1) {
    const before = stored ?? { watermark: 0, row: projection.initialRow };
    if (before.watermark >= announced && before.announced === undefined) return before.watermark;
    if (before.parked !== undefined) {
      throw new KitError('parked', `${stream} is parked at version ${before.parked.version}: ${before.parked.error}`);
    }
    const after = await follow(ports, projection, stream, before);
    if (after !== undefined) {
      rows?.set(stream, after);
      return after.watermark;
    }
    stored = await table.read(stream, { consistent: true });
  }
  throw new KitError(
    'store-unavailable',
    `Others have written the row of ${stream} ${MAXIMUM_RACES} times. Try again.`,
    {
      retryable: true,
    },
  );
}

/** The row when it has everything that the log holds; undefined when somebody else has moved it on. */
async function follow(
  { table, store }: ProjectionPorts,
  projection: AnyProjection,
  stream: StreamId,
  from: StoredRow,
): Promise<StoredRow | undefined> {
  let current = from;
  for (;;) {
    const page = await readablePage(store, stream, current.watermark);
    for (let left = page.commits; left.length > 0; ) {
      const step = nextStep(projection, current, left);
      if (!(await write(table, stream, current, step))) return undefined;
      current = { watermark: step.watermark, row: step.row };
      left = left.slice(step.commits);
    }
    if (!page.more) return current;
  }
}

/** The commits before one that cannot be read are as good as any. */
async function readablePage(store: ProjectionPorts['store'], stream: StreamId, after: number) {
  try {
    return await store.readCommits(stream, { after });
  } catch (error) {
    if (!isKitError(error, 'unknown-event')) throw error;
    return store.readCommits(stream, { after, limit: 1 });
  }
}

type Step = Projected & { readonly watermark: number; readonly commits: number };

/**
 * As many commits as can be applied and written at once with their entries, about; and at least one, or what that one throws.
 * Only that one when a change up to it is announced.
 */
function nextStep(projection: AnyProjection, { row, announced }: StoredRow, commits: readonly Commit[]): Step {
  const upTo = announced === undefined ? commits : commits.filter((commit) => lastVersion(commit) <= announced);
  for (let taken = upTo; taken.length > 1; taken = taken.slice(0, Math.floor(taken.length / 2))) {
    const step = stepOf(projection, row, taken);
    if (step !== undefined && partsOf(step).length <= 1) return step;
  }
  const [first] = upTo;
  if (first === undefined) throw new Error('a change was announced up to a version at which no commit ends');
  return { ...project(projection, row, recordedEvents(first)), watermark: lastVersion(first), commits: 1 };
}

/** Undefined when one of several commits cannot be applied. */
function stepOf(projection: AnyProjection, row: unknown, commits: readonly Commit[]): Step | undefined {
  try {
    const projected = project(projection, row, commits.flatMap(recordedEvents));
    return { ...projected, watermark: Math.max(...commits.map(lastVersion)), commits: commits.length };
  } catch {
    return undefined;
  }
}

async function write(table: QueryTable, stream: StreamId, before: StoredRow, step: Step): Promise<boolean> {
  const { watermark: from } = before;
  const { watermark: to, row } = step;
  const parts = partsOf(step);
  if (parts.length <= 1) return table.write(stream, { from, watermark: to, row, ...(parts[0] ?? NO_ENTRIES) });
  if (before.announced === undefined && !(await table.announce(stream, before, to))) return false;
  for (const part of parts) {
    if (!(await table.writeAnnounced(stream, { from, to }, part))) return false;
  }
  return table.write(stream, { from, watermark: to, row, ...NO_ENTRIES });
}

const NO_ENTRIES: EntryChanges = { put: [], remove: [] };

/** Entries of one write, as JSON: an item has at most 400 KB, a transaction 4 MB. */
const MAXIMUM_PART_BYTES = 3 * 1024 * 1024;

/** The changes in parts that each fit into one write; none when there are no changes. */
function partsOf({ put, remove }: EntryChanges): EntryChanges[] {
  const parts: { put: Entry[]; remove: EntryKey[] }[] = [];
  let count = MAXIMUM_ENTRY_CHANGES;
  let bytes = 0;
  const partFor = (size: number) => {
    const last = parts.at(-1);
    const full = count === MAXIMUM_ENTRY_CHANGES || bytes + size > MAXIMUM_PART_BYTES;
    const part = last === undefined || full ? { put: [], remove: [] } : last;
    if (part !== last) {
      parts.push(part);
      [count, bytes] = [0, 0];
    }
    count += 1;
    bytes += size;
    return part;
  };
  for (const entry of put) partFor(JSON.stringify(entry.value).length).put.push(entry);
  for (const entry of remove) partFor(0).remove.push(entry);
  return parts;
}

/**
 * What a row and its entries become with everything that the log holds after the row, for one answer: nothing is written.
 * Throws what reading the log throws, and `event-not-applied`.
 */
export async function foldTail(
  store: ProjectionPorts['store'],
  projection: AnyProjection,
  stream: StreamId,
  stored: StoredRow | undefined,
): Promise<Projected & { readonly watermark: number }> {
  let watermark = stored?.watermark ?? 0;
  const projecting = startProjecting(projection, stored === undefined ? projection.initialRow : stored.row);
  for (let more = true; more; ) {
    const page = await store.readCommits(stream, { after: watermark });
    for (const commit of page.commits) {
      for (const event of recordedEvents(commit)) projecting.add(event);
      watermark = lastVersion(commit);
    }
    more = page.more;
  }
  return { ...projecting.projected(), watermark };
}
