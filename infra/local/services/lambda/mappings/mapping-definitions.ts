/** What an event source mapping is made from. */
import type { LocalQueue } from '../../sqs/queue.ts';
import type { LocalFunction } from '../lambda-function.ts';

type Settings = {
  readonly id: string;
  readonly batchSize: number;
  readonly batchingWindowMs: number;
  readonly reportBatchItemFailures: boolean;
  /** Patterns of FilterCriteria, parsed; a record passes when one matches. */
  readonly filters: readonly unknown[];
};

export type QueueMappingSettings = Settings & {
  /** Invocations side by side, as ScalingConfig sets it. */
  readonly maximumConcurrency?: number;
};

/** Times in milliseconds, -1 is unlimited. */
export type StreamMappingSettings = Settings & {
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  readonly parallelizationFactor: number;
  readonly bisectBatchOnFunctionError: boolean;
  readonly maximumRetryAttempts: number;
  readonly maximumRecordAgeMs: number;
  readonly tumblingWindowMs?: number;
};

export type QueueMappingDefinition = QueueMappingSettings & {
  readonly queue: LocalQueue;
  readonly target: LocalFunction;
};

export type StreamMappingDefinition = StreamMappingSettings & {
  readonly tableName: string;
  /** The stream as the template names it: functions and failure records see this one. */
  readonly sourceArn: string;
  /** The stream as the database names it: it is read by this one. */
  readonly streamArn: string;
  readonly target: LocalFunction;
  readonly onFailure?: LocalQueue;
  readonly dynamodbEndpoint: string;
};
