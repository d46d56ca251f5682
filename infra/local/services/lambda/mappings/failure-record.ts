/** What the on-failure destination learns of records that were given up: where they are, not what they say. */
import { randomUUID } from 'node:crypto';
import type { StreamRecord } from './shard-record.ts';

/** How the last invocation with these records ended; undefined when there was none. */
export type LastResponse = { readonly statusCode: number; readonly functionError: string | null };

/** The form that Lambda sends to a queue (developer guide, "DynamoDB stream error handling"). */
export function failureRecord(about: {
  readonly records: readonly [StreamRecord, ...StreamRecord[]];
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
  readonly invocations: number;
  readonly response: LastResponse | undefined;
  /** With the version or alias that the mapping calls, and the version behind that. */
  readonly functionArn: string;
  readonly version: string;
  readonly streamArn: string;
  readonly shardId: string;
  readonly now: Date;
}): Record<string, unknown> {
  const { records, response } = about;
  const [first] = records;
  const last = records.at(-1) ?? first;
  return {
    requestContext: {
      requestId: randomUUID(),
      functionArn: about.functionArn,
      condition: about.condition,
      approximateInvokeCount: about.invocations,
    },
    ...(response === undefined
      ? {}
      : {
          responseContext: {
            statusCode: response.statusCode,
            executedVersion: about.version,
            functionError: response.functionError,
          },
        }),
    version: '1.0',
    timestamp: about.now.toISOString(),
    DDBStreamBatchInfo: {
      shardId: about.shardId,
      startSequenceNumber: first.sequenceNumber,
      endSequenceNumber: last.sequenceNumber,
      approximateArrivalOfFirstRecord: wholeSecond(first.receivedAt),
      approximateArrivalOfLastRecord: wholeSecond(last.receivedAt),
      batchSize: records.length,
      streamArn: about.streamArn,
    },
  };
}

function wholeSecond(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}
