/** AWS::SQS::Queue: which queue does the template describe? */
import { z } from 'zod';
import { MAXIMUM_BYTES } from '../queues/acceptable.ts';
import { flag, jsonObject, noEffect, text, whole } from './property-values.ts';
import { arn, type Place, physicalName, type ResourceKind, runs } from './resource-kind.ts';

const redrivePolicy = jsonObject.pipe(z.strictObject({ deadLetterTargetArn: text, maxReceiveCount: whole(1, 1_000) }));

/** Bounds and defaults: the SQS developer guide, "Amazon SQS queue parameters". */
const properties = z
  .strictObject({
    QueueName: text.optional(),
    FifoQueue: flag.optional(),
    ContentBasedDeduplication: flag.optional(),
    DeduplicationScope: z.enum(['queue', 'messageGroup']).optional(),
    VisibilityTimeout: whole(0, 43_200).default(30),
    DelaySeconds: whole(0, 900).default(0),
    MessageRetentionPeriod: whole(60, 1_209_600).default(345_600),
    ReceiveMessageWaitTimeSeconds: whole(0, 20).default(0),
    RedrivePolicy: redrivePolicy.optional(),
    MaximumMessageSize: whole(1_024, MAXIMUM_BYTES).optional(),
    // Who may use it, how it is encrypted, how fast it may be.
    FifoThroughputLimit: noEffect,
    RedriveAllowPolicy: noEffect,
    KmsMasterKeyId: noEffect,
    KmsDataKeyReusePeriodSeconds: noEffect,
    SqsManagedSseEnabled: noEffect,
    Tags: noEffect,
  })
  .superRefine((queue, context) => {
    if (queue.FifoQueue === true || queue.DeduplicationScope === undefined) return;
    context.addIssue({ code: 'custom', path: ['DeduplicationScope'], message: 'is for FIFO queues only' });
  });

function make(queue: z.output<typeof properties>, place: Place) {
  const fifo = queue.FifoQueue === true;
  const name = queue.QueueName ?? physicalName(place, 80, fifo ? '.fifo' : '');
  const queueArn = arn(place, 'sqs', name);
  const url = `${place.urls.sqs}/${place.account}/${name}`;
  return {
    values: { ref: url, attributes: { Arn: queueArn, QueueName: name, QueueUrl: url } },
    part: {
      kind: 'queue' as const,
      place,
      definition: {
        name,
        arn: queueArn,
        url,
        fifo,
        contentBasedDeduplication: queue.ContentBasedDeduplication,
        deduplicatesByGroup: queue.DeduplicationScope === 'messageGroup',
        maximumBytes: queue.MaximumMessageSize,
        visibilityTimeoutMs: queue.VisibilityTimeout * 1_000,
        delayMs: queue.DelaySeconds * 1_000,
        retentionMs: queue.MessageRetentionPeriod * 1_000,
        receiveWaitMs: queue.ReceiveMessageWaitTimeSeconds * 1_000,
      },
      redrive: queue.RedrivePolicy && {
        targetArn: queue.RedrivePolicy.deadLetterTargetArn,
        maxReceiveCount: queue.RedrivePolicy.maxReceiveCount,
      },
    },
  };
}

export const queueKinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::SQS::Queue': runs(properties, make),
};
