/** The feed of a context: every commit exactly once, in an order that never changes. */
import type { KitError, RecordedEvent } from '#shared/event/index.ts';
import type { Commit } from '#shared/event-store/index.ts';

/** Where the feed keeps a commit: the position of its first event. The others follow it. */
export type FeedPlace = { readonly partition: number; readonly position: number };

export type FedCommit = { readonly commit: Commit; readonly place: FeedPlace };

/** What has been read: by partition, the position of the last event. 0, or no entry: nothing of it yet. */
export type FeedCursor = readonly number[];

/** Why a stream cannot be fed further: the version of the commit, or of the gap, at which it stops. */
export type FeedStop = { readonly version: number; readonly error: KitError };

export type FeedOutcome = {
  /** Commits of the stream from before this one that had never been fed and now are. Whoever publishes does so with them first. */
  readonly missed: readonly FedCommit[];
} & (
  | {
      /** In the feed, by this call or an earlier one; the place is the same whenever it is asked for. */
      readonly kind: 'fed';
      readonly place: FeedPlace;
    }
  | {
      /** Not in the feed: its stream stops at this commit or before it. */
      readonly kind: 'stopped';
      readonly stop: FeedStop;
    }
);

export type FeedWriter = {
  /**
   * Feeds commits as they are stored, and gives an outcome for each, in order.
   *
   * A commit is fed once, however often and by however many callers at once it is given. A stream's commits are fed in the
   * order of their versions: what is missing before a commit is read from the log and fed first. A commit is not fed when
   * the log does not lead up to it without a gap, or when it or one before it cannot be read. Streams of one call keep the
   * order of arrival. Positions have no gaps. Safe to retry after any failure, at any time. Throws `store-unavailable`.
   */
  append(commits: readonly Commit[]): Promise<readonly FeedOutcome[]>;
};

export type FeedPage = {
  readonly events: readonly RecordedEvent[];
  /** Pass as `after` for the following page. */
  readonly next: FeedCursor;
  /** The end of the feed when the page was read; equal to `next` when nothing follows. */
  readonly head: FeedCursor;
};

/**
 * Every read is strongly consistent and gives events in the newest shape of their type, each with its position. Both methods
 * throw `stream-corrupted` (a gap or an overlap of positions), `unknown-event` and `store-unavailable` (safe to retry).
 */
export type FeedReader = {
  /**
   * Up to `limit` events after a cursor; fewer, but not none, when they would be larger than a function may answer. Positions
   * rise within a partition; partitions are merged by the time of recording, so that a feed that nobody writes to gives one
   * sequence, whatever the pages. Throws `invalid-identifier` for a cursor behind the end of the feed.
   */
  readAll(after: FeedCursor, limit: number): Promise<FeedPage>;

  /** The end of the feed. */
  head(): Promise<FeedCursor>;
};

/** What feeding asks of the log: commits as they are stored, strongly consistent. */
export type FeedLog = {
  /**
   * Commits of a stream that start after a version, oldest first; `more` when there may be others behind them. Where an item
   * cannot be read as a commit, they end, and `stop` says which it is and why.
   */
  commitsAfter(
    stream: Commit['stream'],
    version: number,
    limit?: number,
  ): Promise<{ readonly commits: readonly Commit[]; readonly more: boolean; readonly stop?: FeedStop }>;
};
