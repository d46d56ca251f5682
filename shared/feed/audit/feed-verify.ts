/** Is everything that the log holds in the feed, once, in order and unaltered? */
import { type FeedDamage, findDamage } from './feed-damage.ts';
import { type FeedPicture, type FeedSight, followFeed, takePicture } from './feed-inventory.ts';

export type FeedVerdict = { readonly picture: FeedPicture; readonly damage: readonly FeedDamage[] };

type VerifyOptions = {
  readonly partitions: number;
  /** How often the feed is looked at again, after a pause, while it lacks commits that a relay may still be carrying. */
  readonly patience: number;
  readonly pause: () => Promise<unknown>;
};

/** Reads log, feed and index in full, while others write, and gives all damage. Throws `store-unavailable`. */
export async function verifyFeed(
  sight: FeedSight,
  { partitions, patience, pause }: VerifyOptions,
): Promise<FeedVerdict> {
  const picture = await takePicture(sight, partitions);
  let damage = findDamage(picture);
  for (let looks = 0; looks < patience && damage.some(({ kind }) => kind === 'not-fed'); looks += 1) {
    await pause();
    await followFeed(sight, picture);
    damage = findDamage(picture);
  }
  return { picture, damage };
}
