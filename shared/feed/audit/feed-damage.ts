/** What can be wrong between a log, its feed and the feed's index, and how it is told to a person. */
import type { Commit } from '#shared/event-store/index.ts';
import type { FeedPlace } from '../feed.ts';
import { positionText } from '../feed-position.ts';

type CommitName = Pick<Commit, 'stream' | 'version'>;
type PositionRange = { readonly partition: number; readonly from: number; readonly to: number };
type FedName = CommitName & FeedPlace;

export type FeedDamage =
  /** No batch holds these positions, though later ones were given. */
  | ({ readonly kind: 'gap' } & PositionRange)
  /** Two batches hold this position. */
  | ({ readonly kind: 'overlap' } & FeedPlace)
  /** This batch cannot be decoded, or does not hold as many events as it says. */
  | ({ readonly kind: 'unreadable' } & PositionRange)
  | { readonly kind: 'unreadable-in-log'; readonly commit: CommitName; readonly reason: string }
  /** What comes before this commit is not in the log, or overlaps with it. */
  | { readonly kind: 'gap-in-log'; readonly commit: CommitName }
  | { readonly kind: 'not-fed'; readonly commit: CommitName }
  /** The index has it, at a position that no batch holds. */
  | { readonly kind: 'lost'; readonly commit: FedName }
  | { readonly kind: 'not-in-log'; readonly commit: FedName }
  | { readonly kind: 'different'; readonly commit: FedName }
  /** There as well at the position that the index has. */
  | { readonly kind: 'fed-twice'; readonly commit: FedName }
  /** Fed before the commit that it follows, or in a partition that is not its stream's. */
  | { readonly kind: 'misplaced'; readonly commit: FedName }
  /** In the feed, but the index does not say so: a relay that meets it again would feed it again. */
  | { readonly kind: 'not-indexed'; readonly commit: FedName }
  /** The index has it at a position where the feed has not. */
  | { readonly kind: 'wrongly-indexed'; readonly commit: FedName; readonly position: number };

/** One line that names what is damaged. */
export function damageLine(damage: FeedDamage): string {
  switch (damage.kind) {
    case 'gap':
      return `positions ${at(damage.partition, damage.from)} to ${at(damage.partition, damage.to)} are in no batch`;
    case 'overlap':
      return `the batch at ${positionText(damage)} begins before the one before it ends`;
    case 'unreadable':
      return `the batch at ${at(damage.partition, damage.from)} cannot be read`;
    case 'unreadable-in-log':
      return damage.reason;
    case 'gap-in-log':
      return `the log does not lead up to ${named(damage.commit)}`;
    case 'not-fed':
      return `${named(damage.commit)} is in the log, but not in the feed`;
    case 'lost':
      return `${fed(damage.commit)} is in no batch`;
    case 'not-in-log':
      return `${fed(damage.commit)} is not in the log`;
    case 'different':
      return `${fed(damage.commit)} is not what the log has`;
    case 'fed-twice':
      return `${fed(damage.commit)} is there twice`;
    case 'misplaced':
      return `${fed(damage.commit)} is before its predecessor, or in the wrong partition`;
    case 'not-indexed':
      return `${fed(damage.commit)} is not in the index`;
    case 'wrongly-indexed':
      return `${fed(damage.commit)} is at ${at(damage.commit.partition, damage.position)} for the index`;
  }
}

const at = (partition: number, position: number) => positionText({ partition, position });
const named = ({ stream, version }: CommitName) => `${stream} version ${version}`;
const fed = (commit: FedName) => `${named(commit)}, fed at ${positionText(commit)},`;
