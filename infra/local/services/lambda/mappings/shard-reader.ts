/** One shard is read from a position to its end, whatever happens on the way. */
import type { _Record as SourceRecord } from '@aws-sdk/client-dynamodb-streams';
import { wait } from '../../../engine/local-clock.ts';
import type { Position, StreamSource } from './dynamodb-stream.ts';
import { askAgainAfterMs } from './dynamodb-stream.ts';
import type { Health } from './shard-health.ts';

/** Between reads that found nothing. The service waits 250 ms; a developer's machine has one reader and no bill. */
const IDLE_MS = 50;

/** The stream is no longer there: another one of the table may be. */
export class StreamGone extends Error {}

/**
 * Gives the records of a shard in order, page by page, never an empty one; ends with the shard or the signal. Lost
 * connections and faults of the server are waited for; an iterator that the server refuses is opened anew behind the last
 * record given, so records are neither skipped nor repeated. Throws {@link StreamGone}.
 */
export async function* readShard(options: {
  readonly source: StreamSource;
  readonly streamArn: string;
  readonly shardId: string;
  readonly from: Position;
  readonly health: Health;
  readonly warn: (line: string) => void;
  readonly signal: AbortSignal;
}): AsyncGenerator<readonly SourceRecord[]> {
  const { source, streamArn, shardId, health, warn, signal } = options;
  let position = options.from;
  let iterator: string | undefined;
  for (let troubles = 0; !signal.aborted; ) {
    try {
      iterator ??= await source.iterator(streamArn, shardId, position);
      const { records, next } = await source.read(iterator);
      troubles = 0;
      health.up(shardId);
      iterator = next;
      const last = records.at(-1)?.dynamodb?.SequenceNumber;
      if (last !== undefined) {
        position = { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: last };
        yield records;
      }
      if (next === undefined) return;
      if (records.length === 0) await wait(IDLE_MS, signal);
    } catch (error) {
      const remedy = remedyFor(error);
      if (remedy === 'give up') throw new StreamGone(`The stream ${streamArn} is gone.`, { cause: error });
      if (remedy === 'reopen') {
        iterator = undefined;
        if (position.type === 'LATEST') warn('was opened anew at its end: records written meanwhile may be missing.');
      }
      if (remedy === 'reopen at the horizon') {
        iterator = undefined;
        // DynamoDB Local says so too of a shard that was empty when it was opened: nothing is missing then.
        if (position.type === 'AFTER_SEQUENCE_NUMBER') {
          warn('no longer keeps the next records (24 hours); going on with the oldest that it keeps.');
        }
        position = { type: 'TRIM_HORIZON' };
      }
      troubles += 1;
      if (troubles > 1 || remedy === 'wait') health.down(shardId, error);
      await wait(askAgainAfterMs(troubles), signal);
    }
  }
}

type Remedy = 'wait' | 'reopen' | 'reopen at the horizon' | 'give up';

function remedyFor(error: unknown): Remedy {
  if (!(error instanceof Error)) return 'wait';
  if (error.name === 'ResourceNotFoundException') return 'give up';
  if (error.name === 'TrimmedDataAccessException') return 'reopen at the horizon';
  // DynamoDB Local calls an iterator that it no longer knows a ValidationException.
  return error.name === 'ExpiredIteratorException' || error.name === 'ValidationException' ? 'reopen' : 'wait';
}
