/** `AWS::SQS::QueuePolicy` and `AWS::SQS::QueueInlinePolicy`: who else may use queues. */
import { z } from 'zod';
import { text } from '../../engine/boot/property-values.ts';
import { type Part, type ResourceKind, runs } from '../../engine/boot/resource-kind.ts';
import { physicalName } from '../../engine/place.ts';

export type QueuePolicyPart = Part & {
  readonly kind: 'queue-policy';
  readonly queueUrls: readonly string[];
  readonly document: unknown;
};

const properties = z.strictObject({ Queues: z.array(text), PolicyDocument: z.unknown() });

const inlineProperties = z.strictObject({ Queue: text, PolicyDocument: z.unknown() });

export const queuePolicyKinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::SQS::QueuePolicy': runs(properties, ({ Queues, PolicyDocument }, place) => {
    const part: QueuePolicyPart = { kind: 'queue-policy', place, queueUrls: Queues, document: PolicyDocument };
    const id = physicalName(place, 64);
    return { values: { ref: id, attributes: { Id: id } }, part };
  }),
  'AWS::SQS::QueueInlinePolicy': runs(inlineProperties, ({ Queue, PolicyDocument }, place) => {
    const part: QueuePolicyPart = { kind: 'queue-policy', place, queueUrls: [Queue], document: PolicyDocument };
    return { values: { ref: Queue, attributes: {} }, part };
  }),
};
