/** All shards of one stream are followed to the stream's end, each after its parent. */
import { wait } from '../../../engine/local-clock.ts';
import { askAgainAfterMs, type ShardView } from './dynamodb-stream.ts';
import { type Following, handleShard } from './shard-handler.ts';
import { StreamGone } from './shard-reader.ts';

/** The health part that stands for the stream beside its shards. */
const STREAM = 'stream';

/**
 * Reads every shard after its parent, at the same time as its siblings. Resolves when the stream is disabled or gone and
 * all that was read of it is handled, or with the signal. LATEST holds for the shards that are open at the start; their
 * children are read whole. Rejects only for a fault of this program.
 */
export async function followStream(following: Following): Promise<void> {
  const { startingPosition, health, signal } = following;
  const begun = new Set<string>();
  const finished = new Set<string>();
  const reading = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;

  function begin(id: string, type: 'TRIM_HORIZON' | 'LATEST'): void {
    begun.add(id);
    const run = handleShard(following, id, { type })
      .then(() => void finished.add(id))
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => {
        health.forget(id);
        reading.delete(run);
      });
    reading.add(run);
  }

  for (let first = true; failure === undefined; first = false) {
    const stream = await describe(following);
    if (stream === undefined) break;
    const type = first ? startingPosition : 'TRIM_HORIZON';
    if (type === 'LATEST') {
      for (const { id } of stream.shards.filter(({ closed }) => closed)) {
        begun.add(id);
        finished.add(id);
      }
    }
    const next = readable(stream.shards, begun, finished);
    for (const { id } of next) health.expect(id);
    health.up(STREAM);
    for (const { id } of next) begin(id, type);
    if (reading.size > 0) await Promise.race(reading);
    else if (!stream.enabled) break;
    else await wait(askAgainAfterMs(1), signal);
  }
  await Promise.all(reading);
  health.expect(STREAM);
  if (failure !== undefined && !(failure.error instanceof StreamGone)) throw failure.error;
}

/** Undefined when the stream is gone or the signal has ended; everything else is asked again. */
async function describe(
  following: Following,
): Promise<{ readonly enabled: boolean; readonly shards: readonly ShardView[] } | undefined> {
  const { source, streamArn, health, signal } = following;
  for (let troubles = 1; !signal.aborted; troubles += 1) {
    try {
      return await source.describe(streamArn);
    } catch (error) {
      if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
      health.down(STREAM, error);
      await wait(askAgainAfterMs(troubles), signal);
    }
  }
  return undefined;
}

/**
 * The shards that may be read now: not begun yet, and their parent read to its end and handled, or no longer kept. So
 * an item's records stay in order when its shard is split or replaced.
 */
export function readable(
  shards: readonly ShardView[],
  begun: ReadonlySet<string>,
  finished: ReadonlySet<string>,
): ShardView[] {
  const kept = new Set(shards.map(({ id }) => id));
  const waits = (parentId: string | undefined) =>
    parentId !== undefined && kept.has(parentId) && !finished.has(parentId);
  return shards.filter(({ id, parentId }) => !begun.has(id) && !waits(parentId));
}
