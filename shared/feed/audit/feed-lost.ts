/** Which commits were in batches that are gone? The index still has their positions, and the log has them. */
import { partitionOf } from '../feed-position.ts';
import { indexKey } from '../feed-table.ts';
import type { FeedDamage } from './feed-damage.ts';
import { type CommitNote, type FeedPicture, logKey } from './feed-inventory.ts';

/** Neighbouring positions that no readable batch holds, and the commits that exactly fill them. */
export type LostStretch = {
  readonly partition: number;
  readonly position: number;
  /** A batch is there, but cannot be read. */
  readonly unreadable: boolean;
  readonly commits: readonly CommitNote[];
};

type Placed = { readonly commit: CommitNote; readonly partition: number; readonly position: number };
type Range = { readonly partition: number; readonly from: number; readonly to: number; readonly unreadable: boolean };

/** The stretches that can be filled without a doubt. Of the others something is known neither to the index nor to the log. */
export function lostStretches(picture: FeedPicture, damage: readonly FeedDamage[]): LostStretch[] {
  const placed = placedByIndexAlone(picture, damage);
  return [...lostRanges(damage), ...lostEnds(picture, placed)].flatMap((range) => {
    const within = placed.filter(
      ({ partition, position }) => partition === range.partition && position >= range.from && position <= range.to,
    );
    return fills(range, within) ? [toStretch(range, within)] : [];
  });
}

/** Commits that are in the index and not in the feed, by position. */
function placedByIndexAlone({ log, batches }: FeedPicture, damage: readonly FeedDamage[]): Placed[] {
  const byLastVersion = new Map(
    [...log.values()].map((commit) => [logKey({ ...commit, version: commit.version + commit.count - 1 }), commit]),
  );
  const placed = damage.flatMap((one) => {
    if (one.kind !== 'wrongly-indexed' || one.commit !== undefined) return [];
    const commit = byLastVersion.get(indexKey(one.entry));
    const partition = partitionOf(one.entry.stream, batches.length);
    return commit === undefined ? [] : [{ commit, partition, position: one.entry.position }];
  });
  return placed.sort((one, other) => one.position - other.position);
}

const lostRanges = (damage: readonly FeedDamage[]): Range[] =>
  damage.flatMap((one) =>
    one.kind === 'hole' || one.kind === 'unreadable' ? [{ ...one, unreadable: one.kind === 'unreadable' }] : [],
  );

/** What the index knows behind the newest batches that are left. */
const lostEnds = ({ batches }: FeedPicture, placed: readonly Placed[]): Range[] =>
  batches.flatMap((ofPartition, partition) => {
    const newest = ofPartition.at(-1);
    const from = newest === undefined ? 1 : newest.position + newest.count;
    const last = placed.findLast((one) => one.partition === partition && one.position >= from);
    return last === undefined
      ? []
      : [{ partition, from, to: last.position + last.commit.count - 1, unreadable: false }];
  });

function fills({ from, to }: Range, placed: readonly Placed[]): boolean {
  let next = from;
  for (const { position, commit } of placed) {
    if (position !== next) return false;
    next += commit.count;
  }
  return next === to + 1;
}

const toStretch = ({ partition, from, unreadable }: Range, placed: readonly Placed[]): LostStretch => ({
  partition,
  position: from,
  unreadable,
  commits: placed.map(({ commit }) => commit),
});
