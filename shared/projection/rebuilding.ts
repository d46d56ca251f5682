/** A version of a projection is filled from the log beside the active one, and then follows the feed until it is activated. */
import { KitError } from '#shared/event/index.ts';
import type { LogSegments } from '#shared/event-store/index.ts';
import { type BulkPorts, forEachOf, takeFurther, writePage } from './bulk-write.ts';
import type { AnyProjection } from './projection.ts';
import type { QueryTable } from './query-table.ts';
import { type HintFeed, RECONCILER_NOTE, reconcile } from './reconciling.ts';

export type RebuildPorts = BulkPorts & {
  readonly log: LogSegments;
  readonly feed: HintFeed;
  /** The end of the feed, as a cursor of it. */
  readonly feedHead: () => Promise<string>;
  readonly pause: (milliseconds: number) => Promise<unknown>;
  /** Digest of what the code makes of events: a version is filled by one code from its beginning to its end. */
  readonly meaning: string;
};

/** From where on the feed is followed, and into how many segments the log was cut, when the filling began; and by which code. */
type Rebuild = {
  readonly cursor: string;
  readonly at: string;
  readonly segments: number;
  readonly meaning: string;
  readonly filled?: true;
};

/** A segment is written up to the key `after`, or to its end. */
type Checkpoint = { readonly after?: string; readonly done?: true };

const NOTE = 'rebuild';
const noteOf = (segment: number) => `${NOTE}-${segment}`;

const SEGMENTS = 8;

/**
 * `filled`: the version has everything that the log held when its filling began. `of-other-code`: what there is of it was made by
 * code that makes something else of events, and must not be gone on with.
 */
export async function fillingOf({
  table,
  meaning,
}: Pick<RebuildPorts, 'table' | 'meaning'>): Promise<'not-begun' | 'begun' | 'filled' | 'of-other-code'> {
  const rebuild = await readRebuild(table);
  if (rebuild === undefined) return 'not-begun';
  if (rebuild.meaning !== meaning) return 'of-other-code';
  return rebuild.filled ? 'filled' : 'begun';
}

const readRebuild = async (table: QueryTable) => (await table.readNote(NOTE)) as Rebuild | undefined; // written below

/**
 * Writes the rows and entries of all streams of the log. Goes on where it was left, after a kill at any moment: a checkpoint
 * names a key only when all before it is written. Safe to run twice at once. Streams that cannot be applied are parked. Commits
 * are counted to `progress` as they are written. Throws `store-unavailable` when the tables do not answer for about a minute, and
 * an Error when other code has begun it.
 */
export async function fillVersion(
  ports: RebuildPorts,
  projection: AnyProjection,
  progress: (commits: number) => void = () => {},
): Promise<void> {
  const { table } = ports;
  const rebuild = await begin(ports);
  if (rebuild.meaning !== ports.meaning) throw new Error('Other code has begun to fill this version.');
  if (rebuild.filled) return;
  let isStopped = false;
  const fill = async (segment: number) => {
    let note = (await table.readNote(noteOf(segment))) as Checkpoint | undefined; // written here
    while (!note?.done && !isStopped) {
      note = await patiently(ports, async () => {
        const page = await ports.log.page(segment, rebuild.segments, note?.after);
        await writePage(ports, projection, page);
        const to: Checkpoint = page.next === undefined ? { done: true } : { after: page.next };
        const isNoted = await table.writeNote(noteOf(segment), { from: note, to });
        progress(page.commits.length);
        // Another process is at it too, or the answer to an earlier try was lost: what is noted is true.
        return isNoted ? to : ((await table.readNote(noteOf(segment))) as Checkpoint | undefined);
      });
    }
  };
  const segments = Array.from({ length: rebuild.segments }, (_, segment) =>
    fill(segment).catch((error: unknown) => {
      isStopped = true;
      throw error;
    }),
  );
  const failed = (await Promise.allSettled(segments)).find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  await handOver(table, rebuild);
}

/** The position in the feed is taken before the first page is read: what is not in a page is fed behind it. */
async function begin({ table, feedHead, clock, meaning }: RebuildPorts): Promise<Rebuild> {
  for (;;) {
    const before = await readRebuild(table);
    if (before !== undefined) return before;
    const to: Rebuild = { cursor: await feedHead(), at: clock().toISOString(), segments: SEGMENTS, meaning };
    await table.writeNote(NOTE, { from: undefined, to });
  }
}

/** What was fed before the filling began is there: so the reconciler need not look at it. */
async function handOver(table: QueryTable, rebuild: Rebuild): Promise<void> {
  const { cursor, at } = rebuild;
  for (let isNoted = false; !isNoted; ) {
    isNoted = await table.writeNote(RECONCILER_NOTE, {
      from: await table.readNote(RECONCILER_NOTE),
      to: { cursor, at },
    });
  }
  await table.writeNote(NOTE, { from: rebuild, to: { ...rebuild, filled: true } });
}

/** In a pass every stream that is behind is caught up; a stream that still is cannot be reached. */
const MAXIMUM_PASSES = 5;

/**
 * Catches up with what was fed up to now, and gives the number of streams that could not be reached; 0 is what to expect. Parked
 * streams are left where they are.
 */
export async function followFeed(ports: RebuildPorts, projection: AnyProjection): Promise<number> {
  const now = ports.clock();
  let behind = 0;
  for (let pass = 0; pass < MAXIMUM_PASSES; pass += 1) {
    behind = await patiently(ports, () =>
      reconcile(
        {
          ...ports,
          sendHints: (hints) =>
            forEachOf(hints, ({ stream, version }) => takeFurther(ports, projection, stream, version)),
          clock: () => now,
          settleSeconds: 0,
          hasTime: () => true,
        },
        projection,
      ),
    );
    if (behind === 0) break;
  }
  return behind;
}

/** On the way to a minute. */
const FIRST_PAUSE_MS = 250;
const MAXIMUM_ATTEMPTS = 8;

/** A bulk write runs into throttling until the tables have grown with it; the work must be safe to repeat. */
async function patiently<T>({ pause }: Pick<RebuildPorts, 'pause'>, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof KitError) || !error.retryable || attempt === MAXIMUM_ATTEMPTS) throw error;
      await pause(FIRST_PAUSE_MS * 2 ** (attempt - 1));
    }
  }
}
