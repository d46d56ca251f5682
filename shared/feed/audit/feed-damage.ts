/** Where do the log, the feed and its index differ? */
import { partitionOf } from '../feed-position.ts';
import { type FeedIndexEntry, indexKey } from '../feed-table.ts';
import { type CommitNote, type FedNote, type FeedPicture, logKey, tornStreams } from './feed-inventory.ts';

export type FeedDamage =
  /** Commits of a stream are missing in the log, or overlap. */
  | { readonly kind: 'torn-in-log'; readonly stream: string }
  /** No batch holds these positions, though later ones were given. */
  | { readonly kind: 'hole'; readonly partition: number; readonly from: number; readonly to: number }
  /** Two batches hold this position. */
  | { readonly kind: 'overlap'; readonly partition: number; readonly position: number }
  /** This batch cannot be decoded, or does not hold as many events as it says. */
  | { readonly kind: 'unreadable'; readonly partition: number; readonly from: number; readonly to: number }
  | { readonly kind: 'not-fed'; readonly commit: CommitNote }
  | { readonly kind: 'not-in-log'; readonly commit: FedNote }
  | { readonly kind: 'different'; readonly commit: FedNote }
  | { readonly kind: 'fed-twice'; readonly commit: FedNote }
  /** Fed before the commit that it follows, or in a partition that is not its stream's. */
  | { readonly kind: 'misplaced'; readonly commit: FedNote }
  /** In the feed, but the index does not say so: a relay that meets it again would feed it again. */
  | { readonly kind: 'not-indexed'; readonly commit: FedNote }
  /** The index has it at a position where the feed has not. */
  | { readonly kind: 'wrongly-indexed'; readonly entry: FeedIndexEntry; readonly commit: FedNote | undefined };

/** Everything that is wrong in a picture; nothing when the feed is sound. */
export function findDamage(picture: FeedPicture): FeedDamage[] {
  const fed = picture.batches.flatMap((batches) => batches.flatMap((batch) => batch.fed));
  const first = new Map<string, FedNote>();
  const damage: FeedDamage[] = [...tornStreams(picture.log)].map((stream) => ({ kind: 'torn-in-log', stream }));
  damage.push(...damagedPositions(picture));
  for (const commit of fed) {
    const original = picture.log.get(logKey(commit));
    if (first.has(logKey(commit))) damage.push({ kind: 'fed-twice', commit });
    else if (original === undefined) damage.push({ kind: 'not-in-log', commit });
    else if (original.digest !== commit.digest) damage.push({ kind: 'different', commit });
    if (!first.has(logKey(commit))) first.set(logKey(commit), commit);
  }
  damage.push(...misplaced([...first.values()], picture.batches.length));
  for (const commit of picture.log.values()) {
    if (!first.has(logKey(commit))) damage.push({ kind: 'not-fed', commit });
  }
  return [...damage, ...damagedIndex(picture, [...first.values()])];
}

function damagedPositions({ batches }: FeedPicture): FeedDamage[] {
  return batches.flatMap((ofPartition) => {
    let next = 1;
    return ofPartition.flatMap(({ partition, position, count, readable }): FeedDamage[] => {
      const expected = next;
      const to = position + count - 1;
      next = to + 1;
      return [
        ...(position > expected ? [{ kind: 'hole' as const, partition, from: expected, to: position - 1 }] : []),
        ...(position < expected ? [{ kind: 'overlap' as const, partition, position }] : []),
        ...(readable ? [] : [{ kind: 'unreadable' as const, partition, from: position, to }]),
      ];
    });
  });
}

function misplaced(fed: readonly FedNote[], partitions: number): FeedDamage[] {
  return [...Map.groupBy(fed, ({ stream }) => stream)].flatMap(([stream, notes]) => {
    const byVersion = notes.toSorted((one, other) => one.version - other.version);
    return byVersion
      .filter(
        ({ partition, position }, at) =>
          partition !== partitionOf(stream, partitions) || position < (byVersion[at - 1]?.position ?? 0),
      )
      .map((commit) => ({ kind: 'misplaced' as const, commit }));
  });
}

function damagedIndex({ index, indexedBefore }: FeedPicture, fed: readonly FedNote[]): FeedDamage[] {
  const byKey = new Map(fed.map((commit) => [indexKey(entryOf(commit)), commit]));
  const missing = fed.filter(
    (commit) => commit.batch < (indexedBefore[commit.partition] ?? 0) && !index.has(indexKey(entryOf(commit))),
  );
  const wrong = [...index.values()].filter((entry) => byKey.get(indexKey(entry))?.position !== entry.position);
  return [
    ...missing.map((commit) => ({ kind: 'not-indexed' as const, commit })),
    ...wrong.map((entry) => ({ kind: 'wrongly-indexed' as const, entry, commit: byKey.get(indexKey(entry)) })),
  ];
}

/** What the index should say of a commit. */
export const entryOf = ({ stream, version, count, position }: FedNote): FeedIndexEntry => ({
  stream,
  version: version + count - 1,
  position,
});
