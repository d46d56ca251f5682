/** `AWS::Lambda::EventSourceMapping`: which function reads which queue or stream, and how. */
import { z } from 'zod';
import {
  flag,
  jsonObject,
  noEffect,
  refused,
  text,
  whole,
  wholeOrUnlimited,
} from '../../../engine/boot/property-values.ts';
import {
  missing,
  type Part,
  type PartFault,
  type Planned,
  type ResourceKind,
  runs,
} from '../../../engine/boot/resource-kind.ts';
import { type Place, stableUuid } from '../../../engine/place.ts';
import { isStream } from '../../dynamodb/table.resource.ts';
import { compilePattern } from '../../eventbridge/pattern/pattern.ts';
import { isQueue, needsQueue, queuePart } from '../../sqs/queue.resource.ts';
import { functionPart, needsFunction } from '../function.resource.ts';
import { plainFunctionName } from '../lambda-function.ts';
import { functionArn } from '../lambda-rights.ts';
import type { QueueMappingSettings, StreamMappingSettings } from './mapping-definitions.ts';

type Reader = {
  readonly sourceArn: string;
  readonly functionName: string;
  /** With the version or alias, if it is named. */
  readonly functionArn: string;
  readonly enabled: boolean;
};
export type QueueMappingPart = Part & Reader & QueueMappingSettings & { readonly kind: 'queue-mapping' };
export type StreamMappingPart = Part &
  Reader &
  StreamMappingSettings & { readonly kind: 'stream-mapping'; readonly onFailureArn?: string };

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
      // The Lambda guide, "Using Lambda with Amazon SQS": a FIFO queue has no window, and so no larger batches.
      if (mapping.EventSourceArn.endsWith('.fifo') && mapping.MaximumBatchingWindowInSeconds > 0) {
        fault('MaximumBatchingWindowInSeconds', 'is for standard queues only');
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
    functionArn: functionArn(mapping.FunctionName, null, place),
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
  'AWS::Lambda::EventSourceMapping': runs(properties, make, { faults: mappingFaults }),
};

function mappingFaults(part: QueueMappingPart | StreamMappingPart, planned: Planned): PartFault[] {
  const { parts } = planned;
  const { sourceArn, functionArn } = part;
  if (part.kind === 'queue-mapping') {
    return [
      ...missing(isQueue(parts, sourceArn), 'EventSourceArn', 'queue', sourceArn),
      ...needsFunction(parts, functionArn, 'FunctionName'),
      ...visibilityFaults(part, planned),
    ];
  }
  return [
    ...missing(isStream(parts, sourceArn), 'EventSourceArn', 'table with a stream', sourceArn),
    ...needsFunction(parts, functionArn, 'FunctionName'),
    ...needsQueue(parts, part.onFailureArn, 'DestinationConfig.OnFailure.Destination'),
  ];
}

/** Lambda refuses a mapping whose function may run for longer than its messages are hidden, with this reason. */
function visibilityFaults({ sourceArn, functionName }: QueueMappingPart, { parts }: Planned): PartFault[] {
  const queue = queuePart(parts, sourceArn);
  const target = functionPart(parts, functionName);
  const [hidden, limit] = [queue?.definition.visibilityTimeoutMs ?? 0, target?.timeoutMs ?? 0];
  if (queue === undefined || target === undefined || hidden >= limit) return [];
  const reason = `Queue visibility timeout: ${hidden / 1_000} seconds is less than Function timeout: ${limit / 1_000} seconds`;
  return [{ property: 'EventSourceArn', reason }];
}
