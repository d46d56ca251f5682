/** A partition of the feed, batch by batch, beside what the log and the index have of the same commits. */
import { jsonDigest } from '#shared/event/index.ts';
import type { Commit } from '#shared/event-store/index.ts';
import type { FedCommit } from '../feed.ts';
import { commitsOf } from '../feed-batch.ts';
import { partitionOf } from '../feed-position.ts';
import { endOf, type FeedBatch, type FeedTable, indexKey } from '../feed-table.ts';
import { after, before } from '../feed-tail.ts';
import type { FeedDamage } from './feed-damage.ts';
import type { LogScanner } from './log-scanner.ts';

export type PartitionAudit = {
  readonly commits: number;
  /** Position of the last event. */
  readonly head: number;
  /** Ranges of positions in which nothing can be read, from and to. */
  readonly lost: readonly (readonly [number, number])[];
};

type PartitionAuditOptions = {
  readonly table: FeedTable;
  readonly scanner: Pick<LogScanner, 'read'>;
  readonly partition: number;
  readonly partitions: number;
  /** Writes what the index lacks or has wrongly. */
  readonly mendIndex: boolean;
  readonly report: (damage: FeedDamage) => void;
  readonly progress: (commits: number) => void;
};

/**
 * Reports all damage up to the batch that is the newest in the beginning. Relays may go on meanwhile: a commit is in the log
 * before it is in the feed, and in the index before the next batch is. Holds one page of batches in memory.
 */
export async function auditPartition(options: PartitionAuditOptions): Promise<PartitionAudit> {
  const { table, partition, report, progress } = options;
  const end = (await table.newest(partition))?.position ?? 0;
  const lost: [number, number][] = [];
  let commits = 0;
  let next = 1;
  for (let reached = 0; reached < end; ) {
    const { batches } = await table.following(partition, reached);
    for (const batch of batches) {
      const { position } = batch;
      const to = endOf(batch);
      if (position > next) {
        report({ kind: 'gap', partition, from: next, to: position - 1 });
        lost.push([next, position - 1]);
      }
      if (position < next) report({ kind: 'overlap', partition, position });
      next = Math.max(next, to + 1);
      const fed = contentOf(batch);
      if (fed === undefined) {
        report({ kind: 'unreadable', partition, from: position, to });
        lost.push([position, to]);
        continue;
      }
      await auditBatch(options, batch, fed);
      commits += fed.length;
      progress(fed.length);
    }
    reached = batches.at(-1)?.position ?? end;
  }
  return { commits, head: next - 1, lost };
}

/** The commits of a batch at their places, or nothing when it does not hold what it says. */
function contentOf(batch: FeedBatch): FedCommit[] | undefined {
  const { partition } = batch;
  let { position } = batch;
  try {
    const fed = commitsOf(batch).map((commit) => {
      const place = { partition, position };
      position += commit.events.length;
      return { commit, place };
    });
    return position === endOf(batch) + 1 ? fed : undefined;
  } catch {
    return undefined;
  }
}

async function auditBatch(
  { table, scanner, partitions, mendIndex, report }: PartitionAuditOptions,
  batch: FeedBatch,
  fed: readonly FedCommit[],
): Promise<void> {
  const [originals, index] = await Promise.all([
    scanner.read(fed.map(({ commit }) => commit)),
    table.lookUp(fed.flatMap(({ commit }) => [before(commit), after(commit)])),
  ]);
  const digests = new Map(originals.map((commit) => [nameOf(commit), jsonDigest(commit)]));
  const unindexed: FedCommit[] = [];
  const mend = async ({ commit, place: { position } }: FedCommit) => {
    if (mendIndex) await table.index([{ ...after(commit), position }]);
  };
  for (const one of fed) {
    const { commit, place } = one;
    const name = { stream: commit.stream, version: commit.version, ...place };
    const digest = digests.get(nameOf(commit));
    if (digest === undefined) report({ kind: 'not-in-log', commit: name });
    else if (digest !== jsonDigest(commit)) report({ kind: 'different', commit: name });
    const predecessor = index.get(indexKey(before(commit))) ?? 0;
    if (partitionOf(commit.stream, partitions) !== place.partition || predecessor > place.position) {
      report({ kind: 'misplaced', commit: name });
    }
    const position = index.get(indexKey(after(commit)));
    if (position === undefined) unindexed.push(one);
    else if (position !== place.position) {
      if (await holds(table, { commit, place: { ...place, position } })) report({ kind: 'fed-twice', commit: name });
      else {
        report({ kind: 'wrongly-indexed', commit: name, position });
        await mend(one);
      }
    }
  }
  for (const one of await stillUnindexed(table, batch, unindexed)) {
    const { stream, version } = one.commit;
    report({ kind: 'not-indexed', commit: { stream, version, ...one.place } });
    await mend(one);
  }
}

/** Those that the index lacks though another batch follows theirs. */
async function stillUnindexed(
  table: FeedTable,
  { partition, position }: FeedBatch,
  unindexed: readonly FedCommit[],
): Promise<readonly FedCommit[]> {
  if (unindexed.length === 0) return [];
  const { batches } = await table.following(partition, position);
  if (batches.length === 0) return [];
  const index = await table.lookUp(unindexed.map(({ commit }) => after(commit)));
  return unindexed.filter(({ commit }) => !index.has(indexKey(after(commit))));
}

/** Whether a batch has the commit at this place. */
async function holds(table: FeedTable, { commit, place: { partition, position } }: FedCommit): Promise<boolean> {
  const { batches } = await table.read(partition, position - 1, 1);
  return batches
    .flatMap((batch) => contentOf(batch) ?? [])
    .some((one) => one.place.position === position && nameOf(one.commit) === nameOf(commit));
}

const nameOf = ({ stream, version }: Pick<Commit, 'stream' | 'version'>) => `${stream}@${version}`;
