/** `AWS::SQS::Queue`. */
import { z } from 'zod';
import type { Cleanup } from '../../engine/boot/cleanup.ts';
import { flag, jsonObject, noEffect, text, whole } from '../../engine/boot/property-values.ts';
import {
  missing,
  type Part,
  type PartFault,
  partsOf,
  type ResourceKind,
  runs,
} from '../../engine/boot/resource-kind.ts';
import { type Faults, NO_FAULTS } from '../../engine/chaos/faults.ts';
import { arn, type Place, physicalName } from '../../engine/place.ts';
import { type Directory, requiredQueue } from '../destinations.ts';
import { MAXIMUM_BYTES } from './acceptable-message.ts';
import { chaoticQueue } from './chaotic-queue.ts';
import { createQueue } from './local-queue.ts';
import type { QueueDefinition } from './queue.ts';

export type QueuePart = Part & {
  readonly kind: 'queue';
  readonly definition: Omit<QueueDefinition, 'redrive'>;
  readonly redrive?: { readonly targetArn: string; readonly maxReceiveCount: number };
};

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
    const fifo = queue.FifoQueue === true;
    const fault = (property: string, message: string) =>
      context.addIssue({ code: 'custom', path: [property], message });
    if (!fifo && queue.DeduplicationScope !== undefined) fault('DeduplicationScope', 'is for FIFO queues only');
    if (!fifo && queue.ContentBasedDeduplication === true) {
      fault('ContentBasedDeduplication', 'is for FIFO queues only');
    }
    const name = fifo ? /^[\w-]{1,75}\.fifo$/ : /^[\w-]{1,80}$/;
    if (queue.QueueName === undefined || name.test(queue.QueueName)) return;
    fault('QueueName', 'takes 1 to 80 letters, digits, - and _; that of a FIFO queue, and no other, ends in .fifo');
  });

function make(queue: z.output<typeof properties>, place: Place) {
  const fifo = queue.FifoQueue === true;
  const name = queue.QueueName ?? physicalName(place, 80, fifo ? '.fifo' : '');
  const queueArn = arn(place, 'sqs', name);
  const url = `${place.urls.sqs}/${place.account}/${name}`;
  const part: QueuePart = {
    kind: 'queue',
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
  };
  return {
    values: { ref: url, attributes: { Arn: queueArn, QueueName: name, QueueUrl: url } },
    part,
  };
}

const REDRIVE_TARGET = 'RedrivePolicy.deadLetterTargetArn';

export const queueKinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::SQS::Queue': runs(properties, make, {
    identity: ({ definition }) => `queue ${definition.name}`,
    faults: ({ definition, redrive }, { parts }) => [
      ...needsQueue(parts, redrive?.targetArn, REDRIVE_TARGET),
      ...sameKind(definition.fifo, redrive === undefined ? undefined : queuePart(parts, redrive.targetArn)),
    ],
  }),
};

export function queuePart(parts: readonly Part[], arn: string): QueuePart | undefined {
  return partsOf<QueuePart>(parts, 'queue').find(({ definition }) => definition.arn === arn);
}

export function isQueue(parts: readonly Part[], arn: string): boolean {
  return queuePart(parts, arn) !== undefined;
}

/** The SQS guide, "Dead-letter queues": that of a FIFO queue is one too. */
function sameKind(fifo: boolean, target: QueuePart | undefined): PartFault[] {
  if (target === undefined || target.definition.fifo === fifo) return [];
  return [{ property: REDRIVE_TARGET, reason: `must be a ${fifo ? 'FIFO' : 'standard'} queue, as the queue itself` }];
}

/** A fault when a queue is named that is not there. */
export function needsQueue(parts: readonly Part[], arn: string | undefined, property: string) {
  return arn === undefined ? [] : missing(isQueue(parts, arn), property, 'queue', arn);
}

/** Starts every queue and enters it in the directory. A dead-letter queue may come after the queue that names it. */
export function startQueues(
  parts: readonly Part[],
  directory: Directory,
  cleanup: Cleanup,
  faults: Faults = NO_FAULTS,
): void {
  for (const { definition, redrive } of partsOf<QueuePart>(parts, 'queue')) {
    const queue = createQueue({
      ...definition,
      redrive: redrive && {
        target: () => requiredQueue(directory, redrive.targetArn),
        maxReceiveCount: redrive.maxReceiveCount,
      },
    });
    cleanup.add(() => queue.stop());
    directory.queues.set(queue.arn, chaoticQueue(queue, faults));
  }
}
