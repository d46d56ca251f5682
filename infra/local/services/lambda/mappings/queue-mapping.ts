/** The messages of a queue reach a function as Lambda's event source mapping for SQS brings them. */
import type { Running } from '../../../engine/boot/cleanup.ts';
import { counted } from '../../../engine/counted.ts';
import { wait } from '../../../engine/local-clock.ts';
import type { Log } from '../../../engine/log.ts';
import { compilePattern } from '../../eventbridge/pattern/pattern.ts';
import type { ReceivedMessage } from '../../sqs/queue.ts';
import type { InvocationResult } from '../lambda-function.ts';
import type { QueueMappingDefinition } from './mapping-definitions.ts';
import { backOff, fitting, invoke, isThrottled, jsonBytes, reason, reportedFailures } from './mapping-invocation.ts';
import { filterable, queueRecord } from './queue-record.ts';

/** What one receive gives, and how long it waits (SQS API). */
const RECEIVE_MOST = 10;
const RECEIVE_WAIT_MS = 20_000;
/** Invocations side by side for a standard queue; Lambda too starts with five pollers. */
const DEFAULT_CONCURRENCY = 5;

/**
 * Polls the queue and invokes the function; succeeded messages are deleted, failed ones come back when their visibility
 * timeout ends. At least once: a function slower than the visibility timeout sees a message again. A FIFO queue's groups
 * go to separate invocations, each group in order. A throttled invocation is repeated while the messages are hidden.
 *
 * `stop` takes no further message and resolves when the invocations under way have ended. Throws `InvalidEventPattern`.
 */
export function startQueueMapping(definition: QueueMappingDefinition, log: Log): Running {
  const { queue, target, batchSize, batchingWindowMs } = definition;
  const filters = definition.filters.map(compilePattern);
  const asked = definition.maximumConcurrency ?? (queue.fifo ? Number.POSITIVE_INFINITY : DEFAULT_CONCURRENCY);
  // A message that waits for its turn is hidden already, so none is taken before the function has a place for it.
  const concurrency = Math.min(asked, target.sideBySide ?? Number.POSITIVE_INFINITY);
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();
  const { signal } = stopping;
  let broken = false;

  async function poll(): Promise<void> {
    while (!signal.aborted) {
      await freePlace();
      const messages = await gather();
      for (const work of portions(messages)) {
        await freePlace();
        if (signal.aborted) return;
        const run = handleInOrder(work).finally(() => running.delete(run));
        running.add(run);
      }
    }
  }

  async function freePlace(): Promise<void> {
    while (running.size >= concurrency) await Promise.race(running);
  }

  /** The messages of one batch: those that are there, or those that come within the batching window. */
  async function gather(): Promise<ReceivedMessage[]> {
    const messages = await receive(batchSize, RECEIVE_WAIT_MS);
    if (messages.length === 0 || batchingWindowMs === 0) return messages;
    const end = Date.now() + batchingWindowMs;
    const sizes = messages.map(jsonBytes);
    while (!signal.aborted && messages.length < batchSize && Date.now() < end) {
      if (fitting(sizes, batchSize) < sizes.length) break;
      const more = await receive(batchSize - messages.length, Math.min(end - Date.now(), RECEIVE_WAIT_MS));
      messages.push(...more);
      sizes.push(...more.map(jsonBytes));
    }
    return messages;
  }

  /** Messages that no filter lets through are deleted, as the service does. */
  async function receive(most: number, waitMs: number): Promise<ReceivedMessage[]> {
    const messages = await queue.receive({ max: Math.min(most, RECEIVE_MOST), waitMs, signal });
    return messages.filter((message) => {
      if (filters.length === 0) return true;
      const form = filterable(queueRecord(message, queue.arn));
      return filters.some((passes) => passes(form)) || !queue.delete(message.receiptHandle);
    });
  }

  /** What may run side by side; inside one portion, batches follow each other. */
  function portions(messages: readonly ReceivedMessage[]): ReceivedMessage[][][] {
    if (!queue.fifo) return batches(messages).map((batch) => [batch]);
    return [...Map.groupBy(messages, ({ attributes }) => attributes.MessageGroupId).values()].map(batches);
  }

  function batches(messages: readonly ReceivedMessage[]): ReceivedMessage[][] {
    const sizes = messages.map((message) => jsonBytes(queueRecord(message, queue.arn)));
    const cut: ReceivedMessage[][] = [];
    for (let start = 0; start < messages.length; ) {
      const end = start + fitting(sizes.slice(start), batchSize);
      cut.push(messages.slice(start, end));
      start = end;
    }
    return cut;
  }

  async function handleInOrder(work: readonly ReceivedMessage[][]): Promise<void> {
    for (const batch of work) if (!(await handle(batch))) return;
  }

  /** True when every message succeeded. */
  async function handle(batch: readonly ReceivedMessage[]): Promise<boolean> {
    const hiddenUntil = Date.now() + queue.definition.visibilityTimeoutMs;
    const event = { Records: batch.map((message) => queueRecord(message, queue.arn)) };
    let result = await invoke(target, event);
    for (let n = 1; isThrottled(result) && !signal.aborted && Date.now() + backOff(n) < hiddenUntil; n += 1) {
      await wait(backOff(n), signal);
      result = await invoke(target, event);
    }
    const failed = failedOf(result, batch);
    const succeeded = batch.filter(({ messageId }) => failed !== 'all' && !failed.has(messageId));
    const back = batch.filter((message) => !succeeded.includes(message));
    const late = succeeded.filter(({ receiptHandle }) => !queue.delete(receiptHandle));
    // At the end of a run its functions end too: what they were at work on has not failed.
    if (back.length > 0 && !signal.aborted) {
      const failures = `${back.length} of ${counted(batch.length, 'message')} failed${reason(result)}`;
      say(`${failures}: ${whereTo(back)} after ${hidden()}.`);
    }
    if (late.length > 0) {
      const were = late.length === 1 ? 'was' : 'were';
      const what = `${counted(late.length, 'message')} ${were} handled after ${hidden()} had ended`;
      say(`${what} and may be handled again; lengthen it.`);
    }
    return back.length === 0;
  }

  /** What the queue does with messages that have failed. */
  function whereTo(failed: readonly ReceivedMessage[]): string {
    const { redrive } = queue.definition;
    const often = ({ attributes }: ReceivedMessage) => Number(attributes.ApproximateReceiveCount);
    const last = failed.filter((message) => redrive !== undefined && often(message) >= redrive.maxReceiveCount).length;
    const again = failed.length - last;
    const ways = [
      again > 0 ? `${counted(again, 'comes', 'come')} back` : '',
      last > 0 ? `${counted(last, 'goes', 'go')} to the dead-letter queue ${redrive?.target().name}` : '',
    ];
    return ways.filter((way) => way !== '').join(', ');
  }

  function failedOf(result: InvocationResult, batch: readonly ReceivedMessage[]): ReadonlySet<string> | 'all' {
    if (!result.ok) return 'all';
    if (!definition.reportBatchItemFailures) return new Set();
    return reportedFailures(result.payload, new Set(batch.map(({ messageId }) => messageId)));
  }

  const say = (line: string) => log('warn', target.name, `From the queue ${queue.name}: ${line}`);
  const hidden = () => `the visibility timeout of ${queue.definition.visibilityTimeoutMs / 1000} s`;

  const polling = poll().catch((error: unknown) => {
    broken = true;
    log('error', target.name, `Reading the queue ${queue.name} ended by a fault: ${String(error)}`);
  });
  return {
    live: () => !broken && !signal.aborted,
    async stop() {
      stopping.abort();
      await polling;
      await Promise.all(running);
    },
  };
}
