/** Commits go into the feed in the order of arrival, each stream in the order of its versions, and none before it is whole. */
import { KitError } from '#shared/event/index.ts';
import { type Commit, lastVersion } from '#shared/event-store/index.ts';
import type { FeedLog, FeedStop } from './feed.ts';

export type FeedPlan = {
  /** In order, each following on what is fed of its stream or stands before it in the plan. */
  readonly commits: readonly Commit[];
  /** Streams that cannot go further than the plan does. */
  readonly stops: ReadonlyMap<Commit['stream'], FeedStop>;
};

type PlanOptions = {
  readonly log: FeedLog;
  /** Up to which version the stream of a commit is fed. */
  readonly fedUpTo: (commit: Commit) => Promise<number>;
  /** Why this code cannot read a commit, when it cannot. */
  readonly unreadable: (commit: Commit) => KitError | undefined;
};

/**
 * The commits, none of which is fed, with those put before them that were missed. When a stream has missed very many, the
 * plan ends with the first of them, to be asked for again.
 */
export async function planFeed(
  commits: readonly Commit[],
  { log, fedUpTo, unreadable }: PlanOptions,
): Promise<FeedPlan> {
  const planned: Commit[] = [];
  const reached = new Map<Commit['stream'], number>();
  const stops = new Map<Commit['stream'], FeedStop>();
  for (const commit of inStreamOrder(commits)) {
    const { stream } = commit;
    if (stops.has(stream)) continue;
    let version = reached.get(stream) ?? (await fedUpTo(commit));
    const missed = version < commit.version - 1 ? await log.commitsAfter(stream, version) : NOTHING;
    const before = missed.commits.filter((one) => one.version < commit.version);
    const unfinished = missed.more && before.length === missed.commits.length;
    const stopsBefore = missed.stop !== undefined && missed.stop.version < commit.version ? missed.stop : undefined;
    for (const next of unfinished || stopsBefore ? before : [...before, commit]) {
      const error = next.version === version + 1 ? unreadable(next) : gap(stream, version, next.version);
      if (error !== undefined) {
        stops.set(stream, { version: Math.min(next.version, version + 1), error });
        break;
      }
      planned.push(next);
      version = lastVersion(next);
      reached.set(stream, version);
    }
    if (stopsBefore !== undefined && !stops.has(stream)) stops.set(stream, stopsBefore);
    if (unfinished && !stops.has(stream)) break;
  }
  return { commits: planned, stops };
}

const NOTHING = { commits: [], more: false, stop: undefined };

/** The order of arrival, but with each stream's commits in the order of their versions, on the places that they had. */
function inStreamOrder(commits: readonly Commit[]): Commit[] {
  const byStream = Map.groupBy(commits, ({ stream }) => stream);
  for (const ofStream of byStream.values()) ofStream.sort((one, other) => other.version - one.version);
  return commits.flatMap(({ stream }) => byStream.get(stream)?.pop() ?? []);
}

const gap = (stream: string, version: number, next: number) =>
  new KitError(
    'stream-corrupted',
    `Stream ${stream} cannot be fed: after version ${version} its next commit starts at version ${next}.`,
  );
