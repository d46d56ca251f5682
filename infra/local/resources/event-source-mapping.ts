/** AWS::Lambda::EventSourceMapping: which function reads which queue or stream, and how? */
import { z } from 'zod';
import { compilePattern } from '../event-bus/pattern.ts';
import { plainFunctionName } from './function.ts';
import type { QueueMappingPart, StreamMappingPart } from './parts.ts';
import { flag, jsonObject, noEffect, refused, text, whole, wholeOrUnlimited } from './property-values.ts';
import { type Place, type ResourceKind, runs, stableUuid } from './resource-kind.ts';

/** Bounds and defaults: the Lambda guide, parameters of SQS and DynamoDB event source mappings. */
const properties = z
  .strictObject({
    EventSourceArn: text,
    FunctionName: text,
    Enabled: flag.default(true),
    BatchSize: whole(1, 10_000).optional(),
    MaximumBatchingWindowInSeconds: whole(0, 300).default(0),
    FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
    FilterCriteria: z.strictObject({ Filters: z.array(z.strictObject({ Pattern: jsonObject })).optional() }).optional(),
    ScalingConfig: z.strictObject({ MaximumConcurrency: whole(2, 1_000).optional() }).optional(),
    StartingPosition: z.enum(['TRIM_HORIZON', 'LATEST']).optional(),
    ParallelizationFactor: whole(1, 10).optional(),
    BisectBatchOnFunctionError: flag.optional(),
    MaximumRetryAttempts: wholeOrUnlimited(0, 10_000).optional(),
    MaximumRecordAgeInSeconds: wholeOrUnlimited(60, 604_800).optional(),
    TumblingWindowInSeconds: whole(0, 900).optional(),
    DestinationConfig: z.strictObject({ OnFailure: z.strictObject({ Destination: text }).optional() }).optional(),
    KmsKeyArn: noEffect,
    MetricsConfig: noEffect,
    Tags: noEffect,
  })
  .superRefine((mapping, context) => {
    const fault = (property: string, message: string) =>
      context.addIssue({ code: 'custom', path: [property], message });
    for (const { Pattern } of mapping.FilterCriteria?.Filters ?? []) {
      refused(
        () => compilePattern(Pattern),
        (reason) => fault('FilterCriteria', reason),
      );
    }
    const source = service(mapping.EventSourceArn);
    if (source === 'dynamodb') {
      if (mapping.StartingPosition === undefined)
        fault('StartingPosition', 'a stream needs it: TRIM_HORIZON or LATEST');
      if (mapping.ScalingConfig !== undefined) fault('ScalingConfig', 'is for queues only');
    } else if (source === 'sqs') {
      for (const property of STREAM_ONLY) if (mapping[property] !== undefined) fault(property, 'is for streams only');
      if ((mapping.BatchSize ?? 10) > 10 && mapping.MaximumBatchingWindowInSeconds === 0) {
        fault('BatchSize', 'more than 10 messages need MaximumBatchingWindowInSeconds of at least 1');
      }
    } else fault('EventSourceArn', `only a queue or a table's stream runs locally, not ${mapping.EventSourceArn}`);
  });

const STREAM_ONLY = [
  'StartingPosition',
  'ParallelizationFactor',
  'BisectBatchOnFunctionError',
  'MaximumRetryAttempts',
  'MaximumRecordAgeInSeconds',
  'TumblingWindowInSeconds',
  'DestinationConfig',
] as const;

function service(sourceArn: string): string | undefined {
  return sourceArn.split(':')[2];
}

function make(mapping: z.output<typeof properties>, place: Place) {
  const id = stableUuid(place);
  const common = {
    place,
    id,
    sourceArn: mapping.EventSourceArn,
    functionName: plainFunctionName(mapping.FunctionName),
    enabled: mapping.Enabled,
    batchingWindowMs: mapping.MaximumBatchingWindowInSeconds * 1_000,
    reportBatchItemFailures: mapping.FunctionResponseTypes.length > 0,
    filters: (mapping.FilterCriteria?.Filters ?? []).map(({ Pattern }) => Pattern),
  };
  const queue: QueueMappingPart = {
    ...common,
    kind: 'queue-mapping',
    batchSize: mapping.BatchSize ?? 10,
    maximumConcurrency: mapping.ScalingConfig?.MaximumConcurrency,
  };
  const age = mapping.MaximumRecordAgeInSeconds ?? -1;
  const stream: StreamMappingPart = {
    ...common,
    kind: 'stream-mapping',
    batchSize: mapping.BatchSize ?? 100,
    startingPosition: mapping.StartingPosition ?? 'LATEST',
    parallelizationFactor: mapping.ParallelizationFactor ?? 1,
    bisectBatchOnFunctionError: mapping.BisectBatchOnFunctionError ?? false,
    maximumRetryAttempts: mapping.MaximumRetryAttempts ?? -1,
    maximumRecordAgeMs: age === -1 ? -1 : age * 1_000,
    tumblingWindowMs: mapping.TumblingWindowInSeconds ? mapping.TumblingWindowInSeconds * 1_000 : undefined,
    onFailureArn: mapping.DestinationConfig?.OnFailure?.Destination,
  };
  return {
    values: { ref: id, attributes: { Id: id } },
    part: service(mapping.EventSourceArn) === 'sqs' ? queue : stream,
  };
}

export const eventSourceMappingKinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::Lambda::EventSourceMapping': runs(properties, make),
};
