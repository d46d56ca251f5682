/** In which order do commits go into the feed, and what has to go before them? */
import { KitError } from '#shared/event/index.ts';
import { type Commit, lastVersion } from '#shared/event-store/index.ts';
import type { FeedLog } from './feed.ts';

export type Line = {
  /** In order, each following on what is fed of its stream or stands before it in the line. */
  readonly commits: readonly Commit[];
  /** Streams that cannot go further than the line does, and why. */
  readonly refused: ReadonlyMap<Commit['stream'], KitError>;
};

/**
 * The commits, none of which is fed, with those put before them that were missed. `fedUpTo` tells the version up to which the
 * stream of a commit is fed. When a stream has missed very many, the line ends with the first of them, to be asked for again.
 */
export async function lineUp(
  log: FeedLog,
  commits: readonly Commit[],
  fedUpTo: (commit: Commit) => Promise<number>,
): Promise<Line> {
  const line: Commit[] = [];
  const reached = new Map<Commit['stream'], number>();
  const refused = new Map<Commit['stream'], KitError>();
  for (const commit of inStreamOrder(commits)) {
    const { stream } = commit;
    if (refused.has(stream)) continue;
    const after = reached.get(stream) ?? (await fedUpTo(commit));
    const missed = after < commit.version - 1 ? await log.commitsAfter(stream, after) : NOTHING;
    const before = missed.commits.filter(({ version }) => version < commit.version);
    const unfinished = missed.more && before.length === missed.commits.length;
    const next = unfinished ? before : [...before, commit];
    const torn = tear(after, next);
    if (torn !== undefined) {
      refused.set(stream, torn);
      continue;
    }
    line.push(...next);
    if (unfinished) break;
    reached.set(stream, lastVersion(commit));
  }
  return { commits: line, refused };
}

const NOTHING = { commits: [], more: false };

/** The order of arrival, but with each stream's commits in the order of their versions, on the places that they had. */
function inStreamOrder(commits: readonly Commit[]): Commit[] {
  const byStream = Map.groupBy(commits, ({ stream }) => stream);
  for (const ofStream of byStream.values()) ofStream.sort((one, other) => other.version - one.version);
  return commits.flatMap(({ stream }) => byStream.get(stream)?.pop() ?? []);
}

function tear(after: number, commits: readonly Commit[]): KitError | undefined {
  let version = after;
  for (const commit of commits) {
    if (commit.version !== version + 1) {
      return new KitError(
        'stream-corrupted',
        `Stream ${commit.stream} cannot be fed: after version ${version} its next commit starts at version ${commit.version}.`,
      );
    }
    version = lastVersion(commit);
  }
  return undefined;
}
