/** A batch of the feed is JSON, compressed with zstd, of commits with their events in the shape in which they were stored. */
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { type EventDefinitions, isKitError, KitError, upcast } from '#shared/event/index.ts';
import { type Commit, type CommitItem, lastVersion, storedCommit } from '#shared/event-store/index.ts';
import type { FeedBatch, FeedIndexEntry } from './feed-table.ts';

/**
 * Uncompressed size of a batch of several commits. What one item of the log holds fits into one item of the feed: JSON in
 * UTF-8 always shrinks by more than the attributes of a batch take.
 */
const MAXIMUM_BATCH_BYTES = 384 * 1024;

/** The commit of an item of the log, as it was stored. Throws `stream-corrupted`, naming stream and version, when the item is not one that the store has written. */
export function readCommit(item: Readonly<Record<string, unknown>>): Commit {
  try {
    const commit = storedCommit(item as CommitItem); // that it is one is seen now
    if (!Array.isArray(commit.events) || commit.events.length === 0) throw new Error('it has no events');
    if (typeof commit.recordedAt !== 'string') throw new Error('it has no time');
    return commit;
  } catch (cause) {
    throw unreadableCommit('stream-corrupted', item, cause);
  }
}

/** Throws `unknown-event`, naming stream and version, when this code cannot read one of the events. */
export function inNewestShape(definitions: EventDefinitions, commit: Commit): Commit {
  try {
    return { ...commit, events: commit.events.map((event) => upcast(definitions, event)) };
  } catch (cause) {
    throw unreadableCommit('unknown-event', commit, cause);
  }
}

/** Says why a commit cannot be read, when it cannot; without definitions every commit can. */
export const unreadableBy =
  (definitions: EventDefinitions | undefined) =>
  (commit: Commit): KitError | undefined => {
    try {
      if (definitions !== undefined) inNewestShape(definitions, commit);
      return undefined;
    } catch (error) {
      if (isKitError(error)) return error;
      throw error;
    }
  };

function unreadableCommit(
  code: 'stream-corrupted' | 'unknown-event',
  { stream, version }: { readonly stream?: unknown; readonly version?: unknown },
  cause: unknown,
): KitError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new KitError(code, `The commit of ${stream} at version ${version} cannot be read: ${why}`, { cause });
}

/** A batch with the first of the commits, as many as fit, and at least one. */
export function packCommits(partition: number, position: number, commits: readonly Commit[]): FeedBatch {
  const texts: string[] = [];
  let bytes = 0;
  let count = 0;
  for (const commit of commits) {
    const text = JSON.stringify(commit);
    bytes += Buffer.byteLength(text) + 1;
    if (texts.length > 0 && bytes > MAXIMUM_BATCH_BYTES) break;
    texts.push(text);
    count += commit.events.length;
  }
  return { partition, position, count, commits: zstdCompressSync(`[${texts.join(',')}]`) };
}

/** Throws `stream-corrupted` when the batch is not as `packCommits` has packed it. */
export function commitsOf({ partition, position, commits }: FeedBatch): readonly Commit[] {
  try {
    return JSON.parse(zstdDecompressSync(commits).toString('utf8')) as Commit[]; // written by packCommits alone
  } catch (cause) {
    throw new KitError(
      'stream-corrupted',
      `The batch at position ${position} in partition ${partition} of the feed cannot be read. Run npm run verify.`,
      { cause },
    );
  }
}

/** What the index says of the commits of a batch. */
export function indexEntries(batch: FeedBatch | undefined): FeedIndexEntry[] {
  let position = batch?.position ?? 0;
  return (batch === undefined ? [] : commitsOf(batch)).map((commit) => {
    const entry = { stream: commit.stream, version: lastVersion(commit), position };
    position += commit.events.length;
    return entry;
  });
}
