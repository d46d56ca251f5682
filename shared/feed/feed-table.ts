/** The port of the table that a feed is kept in. Each method is atomic for itself unless it says otherwise. */
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

/** A range of a partition, oldest first. */
export type FeedRange = {
  readonly batches: readonly FeedBatch[];
  /** Position of the partition's last event; 0 when it has none. */
  readonly head: number;
};

/** A stream whose commits wait, since one of them cannot be read, fed or published. */
export type ParkedStream = {
  readonly stream: string;
  /** Of the commit at which the stream stopped. */
  readonly version: number;
  /** The last version that waits, as far as is noted. */
  readonly upTo: number;
  readonly reason: string;
  /** When it was met first, ISO 8601. */
  readonly since: string;
};

/** Reads are strongly consistent. All methods throw `store-unavailable`, and all are safe to repeat. */
export type FeedTable = {
  /**
   * How many partitions the feed has, for good: the first writer's number is recorded, every other is only told. Undefined as
   * long as nobody has written.
   */
  partitions(initial?: number): Promise<number | undefined>;

  newest(partition: number): Promise<FeedBatch | undefined>;

  /** The batches that start after a position, oldest first, as many as one answer holds; `more` when there may be others. */
  following(
    partition: number,
    position: number,
  ): Promise<{ readonly batches: readonly FeedBatch[]; readonly more: boolean }>;

  /** The batches that hold the `limit` events after a position, or as many as fit into one answer, but not none of several. */
  read(partition: number, after: number, limit: number): Promise<FeedRange>;

  /** Adds a batch, unless one starts at the same position: then false, and nothing is written. */
  add(batch: FeedBatch): Promise<boolean>;

  /** Positions by `indexKey`; commits that are not in the index are not in the answer. */
  lookUp(keys: readonly CommitKey[]): Promise<ReadonlyMap<string, number>>;

  /** The newest entry of a stream. */
  lastIndexed(stream: Commit['stream']): Promise<FeedIndexEntry | undefined>;

  /** Writes entries; not atomic. An entry never changes, so a repeat changes nothing. */
  index(entries: readonly FeedIndexEntry[]): Promise<void>;

  /** Notes that a stream waits. Of one that is noted already, `version` and `since` stay, and `upTo` only grows. */
  park(stream: ParkedStream): Promise<void>;

  /** Every stream that waits, in no order. */
  parked(): Promise<readonly ParkedStream[]>;

  /** Takes the note away, unless the stream waits by now up to a version after this one: then false. */
  release(stream: string, upTo: number): Promise<boolean>;
};

export const indexKey = ({ stream, version }: CommitKey): string => `${stream}@${version}`;

/** Position of the last event of a batch; 0 for none. */
export const endOf = (batch: FeedBatch | undefined): number =>
  batch === undefined ? 0 : batch.position + batch.count - 1;
