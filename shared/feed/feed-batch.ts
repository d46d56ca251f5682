/** How do commits look in a batch of the feed? JSON, compressed with zstd, with events in the shape in which they were stored. */
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { type EventDefinitions, KitError, upcast } from '#shared/event/index.ts';
import { type Commit, lastVersion } from '#shared/event-store/index.ts';
import type { FeedBatch, FeedIndexEntry } from './feed-table.ts';

/**
 * Uncompressed size of a batch of several commits. What one item of the log holds fits into one item of the feed: JSON in
 * UTF-8 always shrinks by more than the attributes of a batch take.
 */
const MAXIMUM_BATCH_BYTES = 384 * 1024;

export const inNewestShape = (definitions: EventDefinitions, commit: Commit): Commit => ({
  ...commit,
  events: commit.events.map((event) => upcast(definitions, event)),
});

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
