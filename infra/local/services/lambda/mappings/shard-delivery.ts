/** One batch of records gets through the function, or to the on-failure destination. */
import { counted } from '../../../engine/counted.ts';
import { wait } from '../../../engine/local-clock.ts';
import type { Log } from '../../../engine/log.ts';
import { type InvocationResult, LATEST } from '../lambda-function.ts';
import { failureRecord, type LastResponse } from './failure-record.ts';
import type { StreamMappingDefinition } from './mapping-definitions.ts';
import { backOff, invoke, isThrottled, reason, reportedFailures } from './mapping-invocation.ts';
import { afterInvocation, type Batch, type Outcome, withoutExpired } from './shard-batch.ts';
import type { StreamRecord } from './shard-record.ts';

/** What a tumbling window adds to an invocation. */
export type WindowPart = {
  /** Members of the event beside its records. */
  readonly members: () => Readonly<Record<string, unknown>>;
  /** False for an answer that cannot stand: the invocation failed. */
  readonly accept: (payload: unknown) => boolean;
};

export type Deliver = (records: readonly StreamRecord[], window?: WindowPart) => Promise<void>;

/**
 * Resolves when every record was acknowledged or given up, in order, or the signal ended. A batch that fails without a
 * limit of retries or age keeps its batcher for ever, as in the service.
 */
export function createDelivery(options: {
  readonly definition: StreamMappingDefinition;
  readonly shardId: string;
  readonly log: Log;
  readonly signal: AbortSignal;
}): Deliver {
  const { definition, shardId, log, signal } = options;
  const { target, onFailure } = definition;
  const say = (level: 'warn' | 'error', line: string) =>
    log(level, target.name, `From the stream of ${definition.tableName}: ${line}`);

  function giveUp(
    records: readonly StreamRecord[],
    condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded',
    invocations: number,
    response: LastResponse | undefined,
  ): void {
    const [first, ...others] = records;
    if (first === undefined) return;
    const were = records.length === 1 ? 'was' : 'were';
    const range = `${counted(records.length, 'record')} from ${first.sequenceNumber} on ${were} given up (${condition})`;
    if (onFailure === undefined) {
      say('error', `${range} and are lost to the function: the mapping has no on-failure destination.`);
      return;
    }
    const { sourceArn: streamArn } = definition;
    const { arn: functionArn, version = LATEST } = target;
    const about = { condition, invocations, response, functionArn, version, streamArn, shardId, now: new Date() };
    onFailure.send({ body: JSON.stringify(failureRecord({ records: [first, ...others], ...about })) });
    say('error', `${range}; the queue ${onFailure.name} knows which.`);
  }

  function outcomeOf(result: InvocationResult, { records }: Batch<StreamRecord>, window?: WindowPart): Outcome {
    if (isThrottled(result)) return { kind: 'notTaken' };
    if (!result.ok) return { kind: 'failed' };
    if (window !== undefined && !window.accept(result.payload)) return { kind: 'failed' };
    if (!definition.reportBatchItemFailures) return { kind: 'succeeded' };
    const numbers = records.map(({ sequenceNumber }) => sequenceNumber);
    const failed = reportedFailures(result.payload, new Set(numbers));
    if (failed === 'all') return { kind: 'failed' };
    const index = numbers.findIndex((number) => failed.has(number));
    return index === -1 ? { kind: 'succeeded' } : { kind: 'failedFrom', index };
  }

  return async (records, window) => {
    let response: LastResponse | undefined;
    let throttled = 0;
    let pending: Batch<StreamRecord>[] = [{ records, failures: 0 }];
    while (pending[0] !== undefined && !signal.aborted) {
      const [head, ...later] = pending;
      const { expired, batch } = withoutExpired(head, definition, Date.now());
      giveUp(expired, 'RecordAgeExceeded', head.failures, head.failures === 0 ? undefined : response);
      pending = later;
      if (batch.records.length === 0 && expired.length > 0) continue;
      const event = { Records: batch.records.map((record) => record.event), ...window?.members() };
      const result = await invoke(target, event);
      if (signal.aborted) return;
      const outcome = outcomeOf(result, batch, window);
      response = { statusCode: isThrottled(result) ? 429 : 200, functionError: result.ok ? null : 'Unhandled' };
      const { discarded, next } = afterInvocation(batch, outcome, definition);
      giveUp(discarded, 'RetryAttemptsExhausted', batch.failures + 1, response);
      pending = [...next, ...later];
      throttled = outcome.kind === 'notTaken' ? throttled + 1 : 0;
      if (outcome.kind === 'failed' && discarded.length === 0) {
        say('warn', `a batch of ${batch.records.length} failed${reason(result)} and is tried again.`);
      }
      if (throttled > 0) await wait(backOff(throttled), signal);
      else if (next[0] !== undefined && next[0].failures > batch.failures)
        await wait(backOff(next[0].failures), signal);
    }
  };
}
