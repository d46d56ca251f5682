/** How is a damaged feed mended? With what the log and the index still know, and by the relay's own writer. */
import type { Commit } from '#shared/event-store/index.ts';
import type { FeedLog, FeedWriter } from '../feed.ts';
import { commitsOf, packCommits } from '../feed-batch.ts';
import type { FeedBatch, FeedTable } from '../feed-table.ts';
import { entryOf, type FeedDamage } from './feed-damage.ts';
import type { CommitNote, FedNote, FeedPicture } from './feed-inventory.ts';
import { type LostStretch, lostStretches } from './feed-lost.ts';

type FeedRepair = {
  readonly log: FeedLog;
  readonly table: FeedTable;
  readonly writer: FeedWriter;
  /** Puts a batch in the place of the one at its position. */
  readonly replace: (batch: FeedBatch) => Promise<void>;
};

const AT_ONCE = 100;

/**
 * Mends what can be mended, while relays go on; safe to repeat. Lost and unreadable batches are made again at their positions
 * when index and log know all that was in them; altered commits are set back to what the log has; the index is completed; what
 * was never fed is fed, in the order of recording. A commit that later ones of its stream have passed stays out, since no
 * position is left at which it would be in order.
 */
export async function repairFeed(
  repair: FeedRepair,
  picture: FeedPicture,
  damage: readonly FeedDamage[],
): Promise<void> {
  for (const stretch of lostStretches(picture, damage)) await restore(repair, stretch);
  const altered = damage.flatMap((one) => (one.kind === 'different' ? [one.commit] : []));
  for (const [commit] of Map.groupBy(altered, ({ partition, batch }) => `${partition}.${batch}`).values()) {
    if (commit !== undefined) await setBack(repair, commit);
  }
  const fed = damage.flatMap((one) => (one.kind === 'not-indexed' || one.kind === 'wrongly-indexed' ? one.commit : []));
  await repair.table.index(fed.flatMap((commit) => (commit === undefined ? [] : [entryOf(commit)])));
  const missing = neverFed(picture, damage);
  for (let start = 0; start < missing.length; start += AT_ONCE) {
    await repair.writer.append(await fromLog(repair.log, missing.slice(start, start + AT_ONCE)));
  }
}

/** Gives the lost commits their positions back, unless another writer has used them. */
async function restore({ log, table, replace }: FeedRepair, stretch: LostStretch): Promise<void> {
  let left = await fromLog(log, stretch.commits);
  for (let { position } = stretch; left.length > 0; ) {
    const batch = packCommits(stretch.partition, position, left);
    if (stretch.unreadable) await replace(batch);
    else if (!(await table.add(batch))) return;
    position += batch.count;
    left = left.slice(commitsOf(batch).length);
  }
}

/** Writes the batch of an altered commit again, with what the log has. */
async function setBack({ log, table, replace }: FeedRepair, { partition, batch: position }: FedNote): Promise<void> {
  const { batches } = await table.read(partition, position - 1, 1);
  const batch = batches.find((one) => one.position === position);
  if (batch === undefined) return;
  const fed = commitsOf(batch);
  const originals = new Map((await fromLog(log, fed)).map((commit) => [commit.version + commit.stream, commit]));
  const mended = packCommits(
    partition,
    position,
    fed.map((commit) => originals.get(commit.version + commit.stream) ?? commit),
  );
  if (mended.count === batch.count) await replace(mended);
}

function neverFed({ batches }: FeedPicture, damage: readonly FeedDamage[]): CommitNote[] {
  const reached = new Map<string, number>();
  for (const { stream, version } of batches.flat().flatMap(({ fed }) => fed)) {
    reached.set(stream, Math.max(reached.get(stream) ?? 0, version));
  }
  return damage
    .flatMap((one) => (one.kind === 'not-fed' ? [one.commit] : []))
    .filter(({ stream, version }) => version > (reached.get(stream) ?? 0))
    .sort((one, other) => (one.recordedAt < other.recordedAt ? -1 : 1));
}

/** The commits as the log has them, in the same order; without those that it has not. */
async function fromLog(log: FeedLog, commits: readonly Pick<Commit, 'stream' | 'version'>[]): Promise<Commit[]> {
  const found = await Promise.all(
    commits.map(async ({ stream, version }) => {
      const { commits } = await log.commitsAfter(stream, version - 1, 1);
      return commits.filter((commit) => commit.version === version);
    }),
  );
  return found.flat();
}
