/** The port by which a whole log is read, for tools. Strongly consistent; throws `store-unavailable`. */
import type { Commit } from '#shared/event-store/index.ts';
import type { FeedLog, FeedStop } from '../feed.ts';

export type LogPage = {
  readonly commits: readonly Commit[];
  /** Items that cannot be read as commits. */
  readonly unreadable: readonly (FeedStop & Pick<Commit, 'stream'>)[];
};

export type LogScanner = FeedLog & {
  /**
   * Every commit that was there at the beginning, once, a page at a time; several calls of `each` may be under way. In a page
   * the commits of a stream stand together, in order.
   */
  scan(each: (page: LogPage) => Promise<void>): Promise<void>;

  /** The commits of these keys that there are and that can be read, in any order. */
  read(keys: readonly Pick<Commit, 'stream' | 'version'>[]): Promise<readonly Commit[]>;
};
