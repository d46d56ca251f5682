/** A row keeps up with its stream exactly once in effect, in order and in whole commits, however its messages arrive. */
import { type BoundedCache, createBoundedCache, KitError, type StreamId } from '#shared/event/index.ts';
import { type Commit, type EventStore, lastVersion, recordedEvents } from '#shared/event-store/index.ts';
import { type AnyProjection, type Projected, project, startProjecting } from './projection.ts';
import { type EntryChanges, MAXIMUM_ENTRY_CHANGES, type QueryTable, type StoredRow } from './query-table.ts';

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
 * fails. Safe to retry. Throws `unknown-event`, `stream-corrupted`, `store-unavailable` and `row-too-large`, and what the
 * projection throws; the row is then at the last version that could be written.
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
    const page = await store.readCommits(stream, { after: current.watermark });
    for (let left = page.commits; left.length > 0; ) {
      const step = nextStep(projection, current, left);
      if (!(await write(table, stream, current, step))) return undefined;
      current = { watermark: step.watermark, row: step.row };
      left = left.slice(step.commits);
    }
    if (!page.more) return current;
  }
}

type Step = Projected & { readonly watermark: number; readonly commits: number };

/** As many commits as one write takes with their entries, and at least one; only that one when a change up to it is announced. */
function nextStep(projection: AnyProjection, { row, announced }: StoredRow, commits: readonly Commit[]): Step {
  const upTo = announced === undefined ? commits : commits.filter((commit) => lastVersion(commit) <= announced);
  for (let count = upTo.length; ; count = Math.floor(count / 2)) {
    const taken = upTo.slice(0, Math.max(count, 1));
    const projected = project(projection, row, taken.flatMap(recordedEvents));
    const last = taken.at(-1);
    if (last === undefined) throw new Error('a change was announced up to a version at which no commit ends');
    if (taken.length === 1 || sizeOf(projected) <= MAXIMUM_ENTRY_CHANGES) {
      return { ...projected, watermark: lastVersion(last), commits: taken.length };
    }
  }
}

const sizeOf = ({ put, remove }: EntryChanges) => put.length + remove.length;

async function write(table: QueryTable, stream: StreamId, before: StoredRow, step: Step): Promise<boolean> {
  const { watermark: from } = before;
  const { watermark: to, row } = step;
  if (sizeOf(step) <= MAXIMUM_ENTRY_CHANGES) {
    return table.write(stream, { from, watermark: to, row, put: step.put, remove: step.remove });
  }
  if (before.announced === undefined && !(await table.announce(stream, before, to))) return false;
  for (const part of partsOf(step)) {
    if (!(await table.writeAnnounced(stream, { from, to }, part))) return false;
  }
  return table.write(stream, { from, watermark: to, row, put: [], remove: [] });
}

function partsOf({ put, remove }: EntryChanges): EntryChanges[] {
  const parts: EntryChanges[] = [];
  for (let start = 0; start < put.length; start += MAXIMUM_ENTRY_CHANGES) {
    parts.push({ put: put.slice(start, start + MAXIMUM_ENTRY_CHANGES), remove: [] });
  }
  for (let start = 0; start < remove.length; start += MAXIMUM_ENTRY_CHANGES) {
    parts.push({ put: [], remove: remove.slice(start, start + MAXIMUM_ENTRY_CHANGES) });
  }
  return parts;
}

/**
 * What a row and its entries become with everything that the log holds after the row, for one answer: nothing is written.
 * Throws what reading the log throws, and what the projection throws.
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
