/** What do the log, the feed and its index hold, seen together? Short notes of every commit, small enough for memory. */
import { jsonDigest } from '#shared/event/index.ts';
import type { Commit } from '#shared/event-store/index.ts';
import type { FeedLog } from '../feed.ts';
import { commitsOf } from '../feed-batch.ts';
import { endOf, type FeedBatch, type FeedIndexEntry, indexKey } from '../feed-table.ts';

/** A commit without its content; `digest` is equal for equal contents. */
export type CommitNote = Pick<Commit, 'stream' | 'version' | 'recordedAt'> & {
  readonly count: number;
  readonly digest: string;
};

/** A commit in the feed: its own position, and that of its batch. */
export type FedNote = CommitNote & { readonly partition: number; readonly position: number; readonly batch: number };

type BatchNote = Pick<FeedBatch, 'partition' | 'position' | 'count'> & {
  readonly fed: readonly FedNote[];
  readonly readable: boolean;
};

export type FeedPicture = {
  /** By `logKey`. */
  readonly log: Map<string, CommitNote>;
  /** By partition, in the order of positions. */
  readonly batches: readonly BatchNote[][];
  /** By `indexKey`. */
  readonly index: Map<string, FeedIndexEntry>;
  /** By partition, the position of the batch that was the newest when the index was read: what is before it must be there. */
  readonly indexedBefore: readonly number[];
};

/** Everything that there is to see, a piece at a time. Pieces of one partition's batches come in the order of positions. */
export type FeedSight = FeedLog & {
  allCommits(each: (commits: readonly Commit[]) => void): Promise<void>;
  allIndexEntries(each: (entries: readonly FeedIndexEntry[]) => void): Promise<void>;
  batchesFrom(partition: number, position: number, each: (batches: readonly FeedBatch[]) => void): Promise<void>;
};

export const logKey = ({ stream, version }: Pick<Commit, 'stream' | 'version'>): string => `${stream}@${version}`;

/**
 * A picture without false alarms, taken while others write. A relay feeds a commit after it is in the log, and writes the
 * index before the next batch: so log, feed and index are read in this order, and the end of the feed once more. What the feed
 * has and the log had not yet is looked up, and so is every stream of the log that seems to have a gap.
 */
export async function takePicture(sight: FeedSight, partitions: number): Promise<FeedPicture> {
  const log = new Map<string, CommitNote>();
  const note = (commits: readonly Commit[]) => {
    for (const commit of commits) log.set(logKey(commit), noteOf(commit));
  };
  await sight.allCommits(note);
  const batches: BatchNote[][] = Array.from({ length: partitions }, () => []);
  const index = new Map<string, FeedIndexEntry>();
  await followFeed(sight, { batches });
  const picture = { log, batches, index, indexedBefore: batches.map((seen) => seen.at(-1)?.position ?? 0) };
  await sight.allIndexEntries((entries) => {
    for (const entry of entries) index.set(indexKey(entry), entry);
  });
  await followFeed(sight, picture);
  const late = batches.flat().flatMap(({ fed }) => fed.filter((one) => !log.has(logKey(one))));
  for (const stream of new Set([...late.map(({ stream }) => stream), ...tornStreams(log)])) {
    await readStream(sight, stream, note);
  }
  return picture;
}

/** Adds the batches that have come since. */
export async function followFeed(sight: FeedSight, { batches }: Pick<FeedPicture, 'batches'>): Promise<void> {
  await Promise.all(
    batches.map((seen, partition) =>
      sight.batchesFrom(partition, (seen.at(-1)?.position ?? 0) + 1, (found) => seen.push(...found.map(noteOfBatch))),
    ),
  );
}

/** Streams in which a commit does not begin where the one before it ends. */
export function tornStreams(log: ReadonlyMap<string, CommitNote>): Set<Commit['stream']> {
  const torn = new Set<Commit['stream']>();
  for (const [stream, notes] of Map.groupBy(log.values(), (note) => note.stream)) {
    let next = 1;
    for (const { version, count } of notes.sort((one, other) => one.version - other.version)) {
      if (version !== next) torn.add(stream);
      next = version + count;
    }
  }
  return torn;
}

async function readStream(log: FeedLog, stream: Commit['stream'], each: (commits: readonly Commit[]) => void) {
  for (let after = 0, more = true; more; ) {
    const page = await log.commitsAfter(stream, after);
    each(page.commits);
    after = page.commits.at(-1)?.version ?? after;
    more = page.more;
  }
}

const noteOf = (commit: Commit): CommitNote => ({
  stream: commit.stream,
  version: commit.version,
  recordedAt: commit.recordedAt,
  count: commit.events.length,
  // DynamoDB gives the attributes of a map in any order.
  digest: jsonDigest(commit),
});

function noteOfBatch(batch: FeedBatch): BatchNote {
  const { partition, position, count } = batch;
  try {
    let next = position;
    const fed = commitsOf(batch).map((commit) => {
      const note = { ...noteOf(commit), partition, position: next, batch: position };
      next += note.count;
      return note;
    });
    return { partition, position, count, fed, readable: next === endOf(batch) + 1 };
  } catch {
    return { partition, position, count, fed: [], readable: false };
  }
}
