/**
 * A page of the log becomes rows and entries in a few writes of many streams. Each is on the condition that it would have in
 * catching up, so live consumers may write the same rows meanwhile; what a bulk write cannot take is caught up.
 */
import { isKitError, type StreamId } from '#shared/event/index.ts';
import { type Commit, lastVersion, recordedEvents, type SegmentPage } from '#shared/event-store/index.ts';
import { catchUp, type ProjectionPorts } from './catch-up.ts';
import { parkStream } from './parking.ts';
import { type AnyProjection, project } from './projection.ts';
import { MAXIMUM_CHANGE_BYTES, MAXIMUM_WRITES, type StreamChange } from './query-table.ts';

export type BulkPorts = Pick<ProjectionPorts, 'table' | 'store'> & { readonly clock: () => Date };

/** Writes under way at once, of one page. */
const WRITES_AT_ONCE = 4;

/**
 * Every stream of the page has at least its commits of the page in the end, or is parked; one that the page has cut is caught up
 * at once, so that no row waits half way for the next page. Safe to repeat. Throws `store-unavailable`.
 */
export async function writePage(ports: BulkPorts, projection: AnyProjection, page: SegmentPage): Promise<void> {
  const cut = page.next === undefined ? undefined : page.commits.at(-1)?.stream;
  const unreadable = new Map(page.unreadable.map(({ stream, version }) => [stream, version]));
  const late = new Map(unreadable);
  const batches: StreamChange[][] = [];
  let [writes, bytes] = [0, 0];
  for (const [stream, commits] of Map.groupBy(page.commits, (commit) => commit.stream)) {
    const one = unreadable.has(stream) || stream === cut ? undefined : wholeChange(projection, stream, commits);
    if (one === undefined) {
      late.set(stream, Math.max(late.get(stream) ?? 0, ...commits.map(lastVersion)));
      continue;
    }
    const [itsWrites, itsBytes] = [1 + one.change.put.length, Buffer.byteLength(JSON.stringify(one.change))];
    if (batches.length === 0 || writes + itsWrites > MAXIMUM_WRITES || bytes + itsBytes > MAXIMUM_CHANGE_BYTES) {
      batches.push([]);
      [writes, bytes] = [0, 0];
    }
    batches.at(-1)?.push(one);
    writes += itsWrites;
    bytes += itsBytes;
  }
  await forEachOf(batches, (batch) => writeBatch(ports, projection, batch));
  await forEachOf([...late], ([stream, version]) => takeFurther(ports, projection, stream, version));
}

/**
 * The first change of a stream, from nothing to the end of its commits, when one write takes it; nothing when they do not begin
 * with the stream, have a gap, or cannot be applied. What was put and removed again never was.
 */
function wholeChange(
  projection: AnyProjection,
  stream: StreamId,
  commits: readonly Commit[],
): StreamChange | undefined {
  let watermark = 0;
  for (const commit of commits) {
    if (commit.version !== watermark + 1) return undefined;
    watermark = lastVersion(commit);
  }
  try {
    const { row, put } = project(projection, projection.initialRow, commits.flatMap(recordedEvents));
    return put.length < MAXIMUM_WRITES ? { stream, change: { from: 0, watermark, row, put, remove: [] } } : undefined;
  } catch (error) {
    if (isKitError(error)) return undefined;
    throw error;
  }
}

/** All at once; one by one when somebody else has written one of them, or one cannot be written. */
async function writeBatch(ports: BulkPorts, projection: AnyProjection, batch: readonly StreamChange[]): Promise<void> {
  const { table } = ports;
  if (await orRefused(() => table.writeAll(batch))) return;
  await forEachOf(batch, async ({ stream, change }) => {
    if (batch.length > 1 && (await orRefused(() => table.write(stream, change)))) return;
    await takeFurther(ports, projection, stream, change.watermark);
  });
}

/** False also when what is to be written does not fit; it is told, and the stream parked, in catching up. */
async function orRefused(write: () => Promise<boolean>): Promise<boolean> {
  try {
    return await write();
  } catch (error) {
    if (isKitError(error) && !error.retryable) return false;
    throw error;
  }
}

/** Brings a stream to a version, or as far as it can be brought, and then it is parked. */
export async function takeFurther(ports: BulkPorts, projection: AnyProjection, stream: StreamId, version: number) {
  try {
    await catchUp(ports, projection, stream, version);
  } catch (error) {
    if (isKitError(error, 'parked')) return;
    if (!isKitError(error) || error.retryable) throw error;
    await parkStream(ports, projection, stream, error);
  }
}

/** A few at a time. */
export async function forEachOf<T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  const rest = all.values();
  const worker = async () => {
    for (const one of rest) await work(one);
  };
  await Promise.all(Array.from({ length: WRITES_AT_ONCE }, worker));
}
