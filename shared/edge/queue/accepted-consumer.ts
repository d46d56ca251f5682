/** Accepted commands are carried out, those of a stream one after the other in the order of their acceptance. */
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { AnyAggregate } from '#shared/aggregate/index.ts';
import {
  type CommandHandling,
  type CommandLog,
  carryOutAccepted,
  giveUpAccepted,
  type QueuedCommand,
} from '#shared/command/index.ts';
import { sequenceOf } from './command-queue.ts';

export type AcceptedPorts = {
  readonly handling: CommandHandling;
  readonly log: CommandLog;
  /** ARN of the queue for messages that were received too often. */
  readonly deadLetters: string;
  /** Lets a message that comes back do so after some seconds, instead of the queue's visibility timeout. */
  readonly comeBackAfter: (record: SQSRecord, seconds: number) => Promise<void>;
};

/** Kept of the function's time, to write down what came of a command that took all the rest. */
const RESERVE_MS = 3_000;

/** Between two receives; they double from one second on. A stream waits for no longer once its store is there again. */
const MAXIMUM_BACK_OFF_SECONDS = 60;

/**
 * The handler of the queue of accepted commands and of its dead-letter queue, with partial batch responses. A message that
 * cannot be taken now stops its stream: it comes back later each time, with all that are behind it, while other streams go on.
 * In the dead-letter queue a command has failed. At least once in, exactly once in effect, as `carryOutAccepted` says.
 */
export function acceptedConsumer(aggregates: readonly AnyAggregate[], ports: AcceptedPorts) {
  return async (
    { Records }: SQSEvent,
    lambda: Pick<Context, 'getRemainingTimeInMillis'>,
  ): Promise<SQSBatchResponse> => {
    const signal = AbortSignal.timeout(Math.max(lambda.getRemainingTimeInMillis() - RESERVE_MS, 0));
    const groups = [...Map.groupBy(Records, ({ attributes }) => attributes.MessageGroupId).values()];
    const left = (await Promise.all(groups.map((records) => leftOf(records, signal)))).flat();
    return { batchItemFailures: left.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };

  /** The messages of a stream that come back: the first that failed, and all behind it. */
  async function leftOf(records: readonly SQSRecord[], signal: AbortSignal): Promise<readonly SQSRecord[]> {
    for (const [index, record] of records.entries()) {
      try {
        await take(record, signal);
      } catch (error) {
        console.error(`The message ${record.messageId} could not be taken`, error);
        const left = records.slice(index);
        const seconds = Math.min(
          2 ** (Number(record.attributes.ApproximateReceiveCount) - 1),
          MAXIMUM_BACK_OFF_SECONDS,
        );
        for (const one of left) await comeBack(one, seconds);
        return left;
      }
    }
    return [];
  }

  async function take(record: SQSRecord, signal: AbortSignal): Promise<void> {
    const command = JSON.parse(record.body) as QueuedCommand; // nobody else may send to the queue
    const { messageId: message, attributes } = record;
    if (record.eventSourceARN === ports.deadLetters) {
      await giveUpAccepted(ports.log, command, message);
      // The alarm of the stack counts this line.
      console.error(`Gave up ${command.what} of ${command.stream}, accepted at ${command.acceptedAt}`);
      return;
    }
    const place = { message, sequence: sequenceOf(attributes.SequenceNumber ?? '') };
    await carryOutAccepted(ports, aggregates, command, place, signal);
  }

  async function comeBack(record: SQSRecord, seconds: number): Promise<void> {
    // A message of the dead-letter queue has no other queue behind it: it comes back after the visibility timeout.
    if (record.eventSourceARN === ports.deadLetters) return;
    await ports.comeBackAfter(record, seconds).catch((error: unknown) => {
      console.warn(`The message ${record.messageId} comes back after the visibility timeout`, error);
    });
  }
}
