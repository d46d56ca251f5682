/** The records of one shard get to the function. */
import type { Log } from '../../../engine/log.ts';
import { type Batcher, startBatcher } from './batcher.ts';
import type { Position, StreamSource } from './dynamodb-stream.ts';
import type { StreamMappingDefinition } from './mapping-definitions.ts';
import { createDelivery } from './shard-delivery.ts';
import type { Health } from './shard-health.ts';
import { readShard } from './shard-reader.ts';
import { batcherOf, type StreamRecord, streamRecord } from './shard-record.ts';
import { createTumbling } from './tumbling-windows.ts';

export type Following = {
  readonly definition: StreamMappingDefinition;
  readonly source: StreamSource;
  readonly streamArn: string;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  /** True for a record that the function is to see. */
  readonly passes: (event: unknown) => boolean;
  readonly health: Health;
  readonly log: Log;
  readonly signal: AbortSignal;
};

/**
 * Resolves when the shard is read to its end and all of it is handled, or with the signal. Reading waits while a batcher is
 * full, so a blocked function does not fill the memory. Rejects as `readShard` does, after what was read is handled.
 */
export async function handleShard(following: Following, shardId: string, from: Position): Promise<void> {
  const { definition, passes, log } = following;
  const batchers = Array.from({ length: definition.parallelizationFactor }, () => batcherFor(following, shardId));
  const warn = (line: string) => log('warn', definition.target.name, `The stream of ${definition.tableName} ${line}`);
  try {
    for await (const page of readShard({ ...following, shardId, from, warn })) {
      const receivedAt = Date.now();
      const records = page.map((source) => streamRecord(source, definition.sourceArn, receivedAt));
      const byBatcher = Map.groupBy(
        records.filter(({ event }) => passes(event)),
        (record) => batcherOf(record, batchers.length),
      );
      await Promise.all([...byBatcher].map(([n, given]) => batchers[n]?.put(given)));
    }
  } finally {
    await Promise.all(batchers.map((batcher) => batcher.drain()));
  }
}

function batcherFor(following: Following, shardId: string): Batcher<StreamRecord> {
  const { definition, log, signal } = following;
  const { batchSize, batchingWindowMs, tumblingWindowMs, sourceArn: streamArn } = definition;
  const deliver = createDelivery({ definition, shardId, log, signal });
  if (tumblingWindowMs === undefined) return startBatcher({ batchSize, batchingWindowMs, deliver, signal });
  const onFault = (error: unknown) =>
    log('error', definition.target.name, `A window of the stream of ${definition.tableName} failed: ${String(error)}`);
  const tumbling = createTumbling({ deliver, windowMs: tumblingWindowMs, shardId, streamArn, onFault, signal });
  return startBatcher({ batchSize, batchingWindowMs, deliver: tumbling.deliver, signal });
}
