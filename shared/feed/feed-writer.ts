/** How does a commit get into the feed exactly once? The newest batch is the head, and the index behind it is complete. */
import { KitError } from '#shared/event/index.ts';
import { type Commit, lastVersion } from '#shared/event-store/index.ts';
import type { FeedLog, FeedOutcome, FeedWriter } from './feed.ts';
import { indexEntries, packCommits } from './feed-batch.ts';
import { lineUp } from './feed-plan.ts';
import { partitionOf } from './feed-position.ts';
import { type CommitKey, endOf, type FeedIndexEntry, type FeedTable, indexKey } from './feed-table.ts';

type FeedWriterOptions = {
  readonly table: FeedTable;
  readonly log: FeedLog;
  /** For the life of the feed: the place of a commit depends on it. */
  readonly partitions: number;
};

/** Every lost race means that another writer has fed a batch. */
const MAXIMUM_RACES = 100;

/**
 * The writer of a feed. Throws on first use, naming both numbers, when the feed was begun with another number of partitions.
 *
 * Two rules make it exactly once. A batch is added at the position after the newest, which only one writer can do. And it is
 * added only when the index has every commit of the batch before it: so what neither the index nor the newest batch knows was
 * not fed when that batch was the newest.
 */
export function createFeedWriter({ table, log, partitions }: FeedWriterOptions): FeedWriter {
  let checked = false;

  async function check(): Promise<void> {
    const actual = await table.partitions(partitions);
    if (actual !== partitions) {
      throw new Error(
        `The feed was begun with ${actual} partitions and cannot go on with ${partitions}. ` +
          'Set it back, or give the context a new feed table and fill it with npm run verify -- --repair.',
      );
    }
    checked = true;
  }

  return {
    async append(commits) {
      if (!checked) await check();
      const byPartition = Map.groupBy(commits, ({ stream }) => partitionOf(stream, partitions));
      const outcomes = await Promise.all(
        [...byPartition].map(([partition, commits]) => feed(table, log, partition, commits)),
      );
      const byKey = new Map(outcomes.flatMap((one) => [...one]));
      return commits.map((commit) => outcomeOf(byKey, commit));
    },
  };
}

/** The outcomes of commits of one partition, by `indexKey`. */
async function feed(
  table: FeedTable,
  log: FeedLog,
  partition: number,
  commits: readonly Commit[],
): Promise<ReadonlyMap<string, FeedOutcome>> {
  const outcomes = new Map<string, FeedOutcome>();
  const fed = (entries: Iterable<readonly [string, number]>) => {
    for (const [key, position] of entries) outcomes.set(key, { kind: 'fed', place: { partition, position } });
  };
  const unique = [...new Map(commits.map((commit) => [keyOf(commit), commit])).values()];
  for (let races = 0; races < MAXIMUM_RACES; ) {
    const open = unique.filter((commit) => !outcomes.has(keyOf(commit)));
    if (open.length === 0) return outcomes;
    const newest = await table.newest(partition);
    const recent = indexEntries(newest);
    const known = await knownPositions(table, recent, open);
    fed(known);
    const unfed = open.filter((commit) => !known.has(keyOf(commit)));
    const line = await lineUp(log, unfed, (commit) => fedUpTo(table, recent, known, commit));
    if (line.commits.length > 0) {
      const batch = packCommits(partition, endOf(newest) + 1, line.commits);
      await table.index(recent);
      if (await table.add(batch)) fed(positionsByKey(indexEntries(batch)));
      else races += 1;
    } else if (unfed.length === 0 || endOf(await table.newest(partition)) === endOf(newest)) {
      for (const [stream, error] of line.refused) {
        for (const commit of unfed.filter((one) => one.stream === stream)) {
          outcomes.set(keyOf(commit), { kind: 'refused', error });
        }
      }
    } else races += 1;
  }
  throw new KitError('store-unavailable', `Other writers were faster ${MAXIMUM_RACES} times. Try again.`, {
    retryable: true,
  });
}

/** Positions of the commits and of those before them, as far as they are fed. The index does not know the newest batch. */
async function knownPositions(
  table: FeedTable,
  recent: readonly FeedIndexEntry[],
  commits: readonly Commit[],
): Promise<ReadonlyMap<string, number>> {
  const keys = commits.flatMap((commit) => (commit.version === 1 ? [after(commit)] : [before(commit), after(commit)]));
  return new Map([...(await table.lookUp(keys)), ...positionsByKey(recent)]);
}

/** The version up to which a commit's stream is fed. It is known already when the commit is next in line. */
async function fedUpTo(
  table: FeedTable,
  recent: readonly FeedIndexEntry[],
  known: ReadonlyMap<string, number>,
  commit: Commit,
): Promise<number> {
  if (commit.version === 1 || known.has(indexKey(before(commit)))) return commit.version - 1;
  const newest = recent.findLast(({ stream }) => stream === commit.stream);
  return (newest ?? (await table.lastIndexed(commit.stream)))?.version ?? 0;
}

const after = (commit: Commit): CommitKey => ({ stream: commit.stream, version: lastVersion(commit) });
const before = ({ stream, version }: Commit): CommitKey => ({ stream, version: version - 1 });
const keyOf = (commit: Commit): string => indexKey(after(commit));

const positionsByKey = (entries: readonly FeedIndexEntry[]) =>
  entries.map((entry) => [indexKey(entry), entry.position] as const);

function outcomeOf(outcomes: ReadonlyMap<string, FeedOutcome>, commit: Commit): FeedOutcome {
  const outcome = outcomes.get(keyOf(commit));
  if (outcome === undefined) throw new Error(`The commit ${keyOf(commit)} has no outcome.`);
  return outcome;
}
