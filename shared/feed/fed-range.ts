/** The commits between two positions of a partition, a batch at a time. */
import { KitError } from '#shared/event/index.ts';
import type { FedCommit } from './feed.ts';
import { commitsOf } from './feed-batch.ts';
import { positionText } from './feed-position.ts';
import { endOf, type FeedTable } from './feed-table.ts';

/**
 * Whole commits, the first of which may begin before `from` and the last end after `to`. Memory holds one page of batches. Throws
 * `stream-corrupted` when a position in between is in no batch.
 */
export async function* fedRange(
  table: Pick<FeedTable, 'read' | 'following'>,
  { partition, from, to }: { readonly partition: number; readonly from: number; readonly to: number },
): AsyncGenerator<readonly FedCommit[]> {
  let next = from;
  let { batches } = await table.read(partition, from - 1, 1);
  while (next <= to) {
    const [first] = batches;
    if (first === undefined || first.position > next) throw missing(partition, next);
    for (const batch of batches) {
      if (batch.position > next) throw missing(partition, next);
      let { position } = batch;
      const fed: FedCommit[] = [];
      for (const commit of commitsOf(batch)) {
        const end = position + commit.events.length - 1;
        if (end >= from && position <= to) fed.push({ commit, place: { partition, position } });
        position = end + 1;
      }
      if (fed.length > 0) yield fed;
      next = endOf(batch) + 1;
      if (next > to) return;
    }
    ({ batches } = await table.following(partition, next - 1));
  }
}

const missing = (partition: number, position: number) =>
  new KitError(
    'stream-corrupted',
    `Position ${positionText({ partition, position })} of the feed is in no batch. npm run verify tells what is damaged.`,
  );
