/** Everything that the log holds is in the feed once, in order and unaltered; or else it is told what is not. */
import { type Commit, lastVersion } from '#shared/event-store/index.ts';
import { indexEntries } from '../feed-batch.ts';
import { partitionOf } from '../feed-position.ts';
import { type CommitKey, endOf, type FeedTable, indexKey } from '../feed-table.ts';
import { after, before } from '../feed-tail.ts';
import { auditPartition, type PartitionAudit } from './audit-partition.ts';
import type { FeedDamage } from './feed-damage.ts';
import type { LogPage, LogScanner } from './log-scanner.ts';

type AuditOptions = {
  readonly table: FeedTable;
  readonly scanner: LogScanner;
  readonly partitions: number;
  readonly report: (damage: FeedDamage) => void;
  /** Is told of each commit that is not fed, and waited for. */
  readonly unfed?: (commit: Commit) => unknown;
  /** Completes the index, too: what it lacks would be fed again. */
  readonly mendIndex?: boolean;
  /** How often in all it is looked again, after a pause, for commits that a relay may still be carrying. */
  readonly patience?: number;
  readonly pause?: () => Promise<unknown>;
  readonly progress?: (commits: number) => void;
};

export type FeedAudit = { readonly logged: number; readonly fed: number };

/** Of commits that the index lacks, so many are remembered lest they be told twice. */
const MAXIMUM_REMEMBERED = 10_000;

/**
 * Reads the feed, a partition at a time, and then the log, while others write, and reports all damage. What a relay has not
 * fed yet is no damage if it comes in time. Memory is bounded, whatever the length. Throws `store-unavailable`.
 */
export async function auditFeed(options: AuditOptions): Promise<FeedAudit> {
  const { table, scanner, partitions, report, mendIndex = false, progress = () => {} } = options;
  const unindexed = new Set<string>();
  const audits: PartitionAudit[] = [];
  for (let partition = 0; partition < partitions; partition += 1) {
    const audit = await auditPartition({
      table,
      scanner,
      partition,
      partitions,
      mendIndex,
      progress,
      report(damage) {
        report(damage);
        if (damage.kind === 'not-indexed' && !mendIndex && unindexed.size < MAXIMUM_REMEMBERED)
          unindexed.add(nameOf(damage.commit));
      },
    });
    audits.push(audit);
  }
  const isMissing = missingIn({ patience: 0, pause: async () => {}, ...options });
  const isLost = lostFrom(table, audits);
  let logged = 0;
  await scanner.scan(async (page) => {
    logged += page.commits.length + page.unreadable.length;
    await auditLogPage(options, { page, isMissing, isLost, unindexed });
    progress(page.commits.length);
  });
  return { logged, fed: audits.reduce((sum, { commits }) => sum + commits, 0) };
}

type IsMissing = ReturnType<typeof missingIn>;
type IsLost = ReturnType<typeof lostFrom>;

async function auditLogPage(
  { report, unfed = () => {}, partitions }: AuditOptions,
  {
    page,
    isMissing,
    isLost,
    unindexed,
  }: {
    readonly page: LogPage;
    readonly isMissing: IsMissing;
    readonly isLost: IsLost;
    readonly unindexed: ReadonlySet<string>;
  },
): Promise<void> {
  for (const { stream, version, error } of page.unreadable) {
    report({ kind: 'unreadable-in-log', commit: { stream, version }, reason: error.message });
  }
  const commits = page.commits.filter((commit) => !unindexed.has(nameOf(commit)));
  const unproven = withoutPredecessor(page.commits);
  const { index, missing } = await isMissing([...commits.map(after), ...unproven.map(before)]);
  for (const commit of commits) {
    const { stream, version } = commit;
    if (missing.has(indexKey(after(commit)))) {
      report({ kind: 'not-fed', commit: { stream, version } });
      await unfed(commit);
      continue;
    }
    if (unproven.includes(commit) && missing.has(indexKey(before(commit)))) {
      report({ kind: 'gap-in-log', commit: { stream, version } });
    }
    const place = { partition: partitionOf(stream, partitions), position: index.get(indexKey(after(commit))) ?? 0 };
    if (await isLost(place)) report({ kind: 'lost', commit: { stream, version, ...place } });
  }
}

/** Commits, not the first of their stream, that do not stand right behind the one that they follow. */
const withoutPredecessor = (commits: readonly Commit[]): Commit[] =>
  commits.filter((commit, at) => {
    const previous = commits[at - 1];
    return commit.version > 1 && !(previous?.stream === commit.stream && lastVersion(previous) === commit.version - 1);
  });

/**
 * Which commits are not fed. What the index lacks may be in the newest batch, or have been there a moment ago: so the newest
 * batches are read, and then the index again; and all of it once more after a pause, as long as there is patience.
 */
function missingIn({
  table,
  partitions,
  patience,
  pause,
}: AuditOptions & Required<Pick<AuditOptions, 'patience' | 'pause'>>) {
  let looks = patience;
  return async (keys: readonly CommitKey[]) => {
    const index = new Map(await table.lookUp(keys));
    const open = () => keys.filter((key) => !index.has(indexKey(key)));
    for (;;) {
      if (open().length === 0) break;
      for (const partition of new Set(open().map(({ stream }) => partitionOf(stream, partitions)))) {
        for (const entry of indexEntries(await table.newest(partition))) index.set(indexKey(entry), entry.position);
      }
      for (const [key, position] of await table.lookUp(open())) index.set(key, position);
      if (open().length === 0 || looks <= 0) break;
      looks -= 1;
      await pause();
    }
    return { index, missing: new Set(open().map(indexKey)) };
  };
}

/** Whether a position that the index has is in no batch: in a range that is lost, or behind the end. */
function lostFrom(table: FeedTable, audits: readonly PartitionAudit[]) {
  const heads = audits.map(({ head }) => head);
  return async ({ partition, position }: { readonly partition: number; readonly position: number }) => {
    if (audits[partition]?.lost.some(([from, to]) => from <= position && position <= to)) return true;
    if (position > (heads[partition] ?? 0)) heads[partition] = endOf(await table.newest(partition));
    return position > (heads[partition] ?? 0);
  };
}

const nameOf = ({ stream, version }: Pick<Commit, 'stream' | 'version'>) => `${stream}@${version}`;
