/** The changes of a table reach a function as Lambda's event source mapping for DynamoDB Streams brings them. */
import type { Running } from '../../../engine/boot/cleanup.ts';
import { wait } from '../../../engine/local-clock.ts';
import type { Log } from '../../../engine/log.ts';
import { compilePattern } from '../../eventbridge/pattern/pattern.ts';
import { dynamodbStreams, type StreamSource } from './dynamodb-stream.ts';
import type { StreamMappingDefinition } from './mapping-definitions.ts';
import { followStream } from './shard-follower.ts';
import { createHealth, type Health } from './shard-health.ts';

/** How often a table without a living stream is looked at. */
const NEW_STREAM_MS = 500;

/**
 * Reads the stream and invokes the function until it is stopped: at least once, in order per item, nothing skipped
 * except what ends in a failure record. Asks a DynamoDB that does not answer again until it does, and follows the table to a new stream
 * when the old one is disabled or the table made anew. Its position is kept in memory only.
 *
 * `live` is true once every shard's starting position is fixed and while all of them can be read. `stop` resolves when
 * the invocations under way have ended. Throws `InvalidEventPattern` for a filter that Lambda would refuse.
 */
export function startStreamMapping(
  definition: StreamMappingDefinition,
  log: Log,
  source: StreamSource = dynamodbStreams(definition.dynamodbEndpoint),
): Running {
  const { tableName, target } = definition;
  const filters = definition.filters.map(compilePattern);
  const passes = (event: unknown) => filters.length === 0 || filters.some((filter) => filter(event));
  const stopping = new AbortController();
  const { signal } = stopping;
  const health = createHealth((level, line) => {
    if (!signal.aborted) log(level, target.name, `The stream of ${tableName} ${line}`);
  });

  async function follow(): Promise<void> {
    let { streamArn, startingPosition } = definition;
    while (!signal.aborted) {
      await followStream({ definition, source, streamArn, startingPosition, passes, health, log, signal });
      const next = await nextStream({ source, tableName, streamArn, health, signal });
      if (next === undefined) return;
      // What was written to a new stream before it was found belongs to the function too. Under the local cloud's region
      // DynamoDB Local does not find its own stream: then it is the same one, only found by its own name.
      if (withoutRegion(next) !== withoutRegion(streamArn)) startingPosition = 'TRIM_HORIZON';
      streamArn = next;
    }
  }

  const following = follow().catch((error: unknown) => {
    stopping.abort();
    log('error', target.name, `Reading the stream of ${tableName} ended by a fault: ${String(error)}`);
  });
  return {
    live: () => !signal.aborted && health.live(),
    async stop() {
      stopping.abort();
      await following;
      source.close();
    },
  };
}

/** The table's next stream, as soon as it has one; undefined with the signal. */
async function nextStream(options: {
  readonly source: StreamSource;
  readonly tableName: string;
  readonly streamArn: string;
  readonly health: Health;
  readonly signal: AbortSignal;
}): Promise<string | undefined> {
  const { source, tableName, streamArn, health, signal } = options;
  while (!signal.aborted) {
    try {
      const newest = await source.newestStream(tableName);
      if (newest !== undefined && newest !== streamArn) return newest;
      health.down('stream', 'the table has no living stream');
    } catch (error) {
      health.down('stream', error);
    }
    await wait(NEW_STREAM_MS, signal);
  }
  return undefined;
}

function withoutRegion(streamArn: string): string {
  return streamArn.replace(/^(arn:[^:]*:dynamodb:)[^:]*/, '$1');
}
