/**
 * What a writer remembers of a partition, as of the newest batch that it has seen. Other writers may have gone on since; then
 * a batch stands at the position after `end`, and the writer's own is not added there: what is remembered needs no other check.
 */
import { type Commit, lastVersion } from '#shared/event-store/index.ts';
import { indexEntries } from './feed-batch.ts';
import { type CommitKey, endOf, type FeedBatch, type FeedIndexEntry, type FeedTable, indexKey } from './feed-table.ts';

export type FeedTail = {
  /** Position of the last event. */
  end: number;
  /** What the index has to say of the newest batch. */
  newest: readonly FeedIndexEntry[];
  /** Whether it is certain that the index says it. */
  indexed: boolean;
  /** Up to which version streams are fed; of those that were met last. */
  readonly reached: Map<string, number>;
};

/** A stream takes some 100 bytes. */
const MAXIMUM_STREAMS = 20_000;

/** A tail that remembers only the newest batch. */
export function tailAt(newest: FeedBatch | undefined): FeedTail {
  const tail: FeedTail = { end: 0, newest: [], indexed: true, reached: new Map() };
  if (newest !== undefined) advance(tail, newest, indexEntries(newest));
  return tail;
}

/** Moves the tail on over the batch that follows it. */
export function advance(tail: FeedTail, batch: FeedBatch, entries: readonly FeedIndexEntry[]): void {
  tail.end = endOf(batch);
  tail.newest = entries;
  tail.indexed = false;
  for (const { stream, version } of entries) remember(tail, stream, version);
}

function remember({ reached }: FeedTail, stream: string, version: number): void {
  reached.delete(stream);
  reached.set(stream, version);
  const [oldest] = reached.keys();
  if (reached.size > MAXIMUM_STREAMS && oldest !== undefined) reached.delete(oldest);
}

export type Positions = {
  /** In the index, by `indexKey`. */
  readonly indexed: ReadonlyMap<string, number>;
  /** In the index or in the newest batch. */
  of(key: CommitKey): number | undefined;
};

/**
 * Positions of the commits that are fed, and of the newest batch as far as the index may lack it. Reads nothing when each
 * commit follows on what is remembered of its stream.
 */
export async function findPositions(table: FeedTable, tail: FeedTail, commits: readonly Commit[]): Promise<Positions> {
  const newest = new Map(tail.newest.map((entry) => [indexKey(entry), entry.position]));
  const keys: CommitKey[] = tail.indexed ? [] : [...tail.newest];
  for (const commit of commits) {
    const reached = tail.reached.get(commit.stream);
    if (reached === undefined && commit.version > 1) keys.push(before(commit));
    if (reached === undefined || reached >= lastVersion(commit)) keys.push(after(commit));
  }
  const unknown = keys.filter((key) => !tail.indexed || !newest.has(indexKey(key)));
  const indexed = unknown.length === 0 ? new Map<string, number>() : await table.lookUp(unknown);
  return { indexed, of: (key) => newest.get(indexKey(key)) ?? indexed.get(indexKey(key)) };
}

/** Up to which version the stream of a commit is fed, as of the tail or later. The commit itself is not. */
export async function fedUpTo(table: FeedTable, tail: FeedTail, positions: Positions, commit: Commit): Promise<number> {
  const reached = tail.reached.get(commit.stream);
  if (reached !== undefined) return reached;
  const next = commit.version === 1 || positions.of(before(commit)) !== undefined;
  const version = next ? commit.version - 1 : ((await table.lastIndexed(commit.stream))?.version ?? 0);
  remember(tail, commit.stream, version);
  return version;
}

/** Writes what the index may lack of the newest batch. Needless for what was looked up and found. */
export async function completeIndex(table: FeedTable, tail: FeedTail, positions?: Positions): Promise<void> {
  if (tail.indexed) return;
  const missing = tail.newest.filter((entry) => !positions?.indexed.has(indexKey(entry)));
  if (missing.length > 0) await table.index(missing);
  tail.indexed = true;
}

/** The key of a commit, and of the one that it follows. */
export const after = (commit: Commit): CommitKey => ({ stream: commit.stream, version: lastVersion(commit) });
export const before = ({ stream, version }: Commit): CommitKey => ({ stream, version: version - 1 });
