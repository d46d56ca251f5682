/** How are all shards of one stream followed to the stream's end? */
import { outwait, pause } from './pause.ts';
import { type Following, handleShard } from './shard-handler.ts';
import { readable, type ShardView } from './shard-order.ts';
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
    else await pause(outwait(1), signal);
  }
  await Promise.all(reading);
  health.expect(STREAM);
  if (failure !== undefined && !(failure.error instanceof StreamGone)) throw failure.error;
}

/** Undefined when the stream is gone or the signal has ended; outwaits everything else. */
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
      await pause(outwait(troubles), signal);
    }
  }
  return undefined;
}
