/** What does the feed ask of the table that it is kept in? Four reads and two writes, each atomic for itself. */
import type { Commit } from '#shared/event-store/index.ts';

/** What was fed at once: `count` events from `position` on, as `packCommits` packs them. */
export type FeedBatch = {
  readonly partition: number;
  readonly position: number;
  readonly count: number;
  readonly commits: Uint8Array;
};

/** Up to which version a commit takes its stream, which tells it from all others. */
export type CommitKey = { readonly stream: Commit['stream']; readonly version: number };

/** Says that a commit is in the feed, and at which position it starts. */
export type FeedIndexEntry = CommitKey & { readonly position: number };

/** A stretch of a partition, oldest first. */
export type FeedStretch = {
  readonly batches: readonly FeedBatch[];
  /** Position of the partition's last event; 0 when it has none. */
  readonly head: number;
};

/** Reads are strongly consistent. All methods throw `store-unavailable`, and all are safe to repeat. */
export type FeedTable = {
  /**
   * How many partitions the feed has, for good: the first writer's wish is recorded, every other is only told. Undefined as
   * long as nobody has written.
   */
  partitions(wish?: number): Promise<number | undefined>;

  newest(partition: number): Promise<FeedBatch | undefined>;

  /** The batches that hold the `limit` events after a position, or as many as fit into one answer, but not none of several. */
  read(partition: number, after: number, limit: number): Promise<FeedStretch>;

  /** Adds a batch, unless one starts at the same position: then false, and nothing is written. */
  add(batch: FeedBatch): Promise<boolean>;

  /** Positions by `indexKey`; commits that are not in the index are not in the answer. */
  lookUp(keys: readonly CommitKey[]): Promise<ReadonlyMap<string, number>>;

  /** The newest entry of a stream. */
  lastIndexed(stream: Commit['stream']): Promise<FeedIndexEntry | undefined>;

  /** Writes entries; not atomic. An entry never changes, so a repeat changes nothing. */
  index(entries: readonly FeedIndexEntry[]): Promise<void>;
};

export const indexKey = ({ stream, version }: CommitKey): string => `${stream}@${version}`;

/** Position of the last event of a batch; 0 for none. */
export const endOf = (batch: FeedBatch | undefined): number =>
  batch === undefined ? 0 : batch.position + batch.count - 1;
