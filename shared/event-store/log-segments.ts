/** The port by which tools read a whole log in several parts at once, each from where it was left. */
import type { StreamId } from '#shared/event/index.ts';
import type { Commit } from './commit.ts';

export type SegmentPage = {
  /** In the newest shape. Those of a stream stand together, in order; the first and the last stream may be cut by the page. */
  readonly commits: readonly Commit[];
  /** Commits that this code cannot read. */
  readonly unreadable: readonly Pick<Commit, 'stream' | 'version'>[];
  /** Pass as `after` for the following page; undefined when the segment has ended. */
  readonly next: string | undefined;
};

export type LogSegments = {
  /**
   * A page of one of `segments` parts of the log; every stream is in one of them. Strongly consistent: a commit that was there
   * before the first page of its segment was read is in one of its pages. Throws `store-unavailable`.
   */
  page(segment: number, segments: number, after: string | undefined): Promise<SegmentPage>;
};

/** The streams of a log that matter to who reads it. */
export type StreamFilter = (stream: StreamId) => boolean;
