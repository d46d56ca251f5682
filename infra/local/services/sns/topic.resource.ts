/** `AWS::SNS::Topic` and `AWS::SNS::Subscription`. */
import { z } from 'zod';
import { flag, jsonObject, noEffect, refused, text } from '../../engine/boot/property-values.ts';
import {
  missing,
  type Part,
  type PartFault,
  partsOf,
  type ResourceKind,
  runs,
} from '../../engine/boot/resource-kind.ts';
import { arn, type Place, physicalName, stableUuid } from '../../engine/place.ts';
import { isFunction } from '../lambda/function.resource.ts';
import { needsQueue, queuePart } from '../sqs/queue.resource.ts';
import { compileFilter, type FilterScope } from './filter-policy.ts';
import type { TopicDefinition } from './topic.ts';

export type SubscriptionDefinition = {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: 'sqs' | 'lambda' | 'email' | 'email-json' | 'sms';
  readonly endpoint: string;
  readonly raw: boolean;
  readonly filter?: { readonly policy: Readonly<Record<string, unknown>>; readonly scope: FilterScope } | undefined;
  readonly deadLetterArn?: string | undefined;
};
export type TopicPart = Part & {
  readonly kind: 'topic';
  readonly definition: TopicDefinition;
  readonly subscriptions: readonly SubscriptionDefinition[];
};
export type SubscriptionPart = Part & { readonly kind: 'subscription'; readonly definition: SubscriptionDefinition };

const protocol = z.enum(['sqs', 'lambda', 'email', 'email-json', 'sms'], {
  error: 'only sqs and lambda run locally, and email, email-json and sms, which are lines in the log',
});
const shortSubscription = z.strictObject({ Protocol: protocol, Endpoint: text });

const topicProperties = z
  .strictObject({
    TopicName: text.optional(),
    FifoTopic: flag.default(false),
    ContentBasedDeduplication: flag.default(false),
    Subscription: z.array(shortSubscription).default([]),
    // How it is shown, encrypted, signed, traced and kept.
    ArchivePolicy: noEffect,
    DataProtectionPolicy: noEffect,
    DeliveryStatusLogging: noEffect,
    DisplayName: noEffect,
    FifoThroughputScope: noEffect,
    KmsMasterKeyId: noEffect,
    SignatureVersion: noEffect,
    Tags: noEffect,
    TracingConfig: noEffect,
  })
  .superRefine(({ TopicName, FifoTopic, ContentBasedDeduplication }, context) => {
    const fault = (property: string, message: string) =>
      context.addIssue({ code: 'custom', path: [property], message });
    if (!FifoTopic && ContentBasedDeduplication) fault('ContentBasedDeduplication', 'is for FIFO topics only');
    const name = FifoTopic ? /^[\w-]{1,251}\.fifo$/ : /^[\w-]{1,256}$/;
    if (TopicName === undefined || name.test(TopicName)) return;
    fault('TopicName', 'takes 1 to 256 letters, digits, - and _; that of a FIFO topic, and no other, ends in .fifo');
  });

const subscriptionProperties = z
  .strictObject({
    ...shortSubscription.shape,
    TopicArn: text,
    RawMessageDelivery: flag.default(false),
    FilterPolicy: jsonObject.optional(),
    FilterPolicyScope: z.enum(['MessageAttributes', 'MessageBody']).default('MessageAttributes'),
    RedrivePolicy: jsonObject.pipe(z.strictObject({ deadLetterTargetArn: text })).optional(),
    Region: noEffect,
    // For HTTP endpoints and streams.
    DeliveryPolicy: noEffect,
    SubscriptionRoleArn: noEffect,
  })
  .superRefine(({ FilterPolicy, FilterPolicyScope }, context) => {
    if (FilterPolicy === undefined) return;
    refused(
      () => compileFilter(FilterPolicy, FilterPolicyScope),
      (message) => context.addIssue({ code: 'custom', path: ['FilterPolicy'], message }),
    );
  });

function makeTopic(topic: z.output<typeof topicProperties>, place: Place) {
  const { FifoTopic: fifo, ContentBasedDeduplication: contentBasedDeduplication } = topic;
  const name = topic.TopicName ?? physicalName(place, 256, fifo ? '.fifo' : '');
  const topicArn = arn(place, 'sns', name);
  const subscriptions = topic.Subscription.map(({ Protocol, Endpoint }, index) => ({
    arn: `${topicArn}:${stableUuid({ ...place, logicalId: `${place.logicalId}/${index}` })}`,
    topicArn,
    protocol: Protocol,
    endpoint: Endpoint,
    raw: false,
  }));
  const definition = { name, arn: topicArn, fifo, contentBasedDeduplication };
  const part: TopicPart = { kind: 'topic', place, definition, subscriptions };
  return { values: { ref: topicArn, attributes: { TopicArn: topicArn, TopicName: name } }, part };
}

function makeSubscription(given: z.output<typeof subscriptionProperties>, place: Place) {
  const subscriptionArn = `${given.TopicArn}:${stableUuid(place)}`;
  const definition: SubscriptionDefinition = {
    arn: subscriptionArn,
    topicArn: given.TopicArn,
    protocol: given.Protocol,
    endpoint: given.Endpoint,
    raw: given.RawMessageDelivery,
    filter: given.FilterPolicy && { policy: given.FilterPolicy, scope: given.FilterPolicyScope },
    deadLetterArn: given.RedrivePolicy?.deadLetterTargetArn,
  };
  const part: SubscriptionPart = { kind: 'subscription', place, definition };
  return { values: { ref: subscriptionArn, attributes: { Arn: subscriptionArn } }, part };
}

export const topicKinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::SNS::Topic': runs(topicProperties, makeTopic, {
    identity: ({ definition }) => `topic ${definition.arn}`,
    faults: ({ subscriptions }, { parts }) =>
      subscriptions.flatMap((each) => subscriptionFaults(each, parts, 'Subscription')),
  }),
  'AWS::SNS::Subscription': runs(subscriptionProperties, makeSubscription, {
    identity: ({ definition }) => `subscription of ${definition.endpoint} to ${definition.topicArn}`,
    faults: ({ definition }, { parts }) => subscriptionFaults(definition, parts, 'Endpoint'),
  }),
};

export function topicPart(parts: readonly Part[], topicArn: string): TopicPart | undefined {
  return partsOf<TopicPart>(parts, 'topic').find(({ definition }) => definition.arn === topicArn);
}

/** SNS developer guide, "FIFO topics": they deliver to queues, and only they to FIFO queues. */
function subscriptionFaults(given: SubscriptionDefinition, parts: readonly Part[], at: string): PartFault[] {
  const { topicArn, protocol: kind, endpoint, raw, deadLetterArn } = given;
  const topic = topicPart(parts, topicArn);
  if (topic === undefined) return missing(false, 'TopicArn', 'topic', topicArn);
  const { fifo } = topic.definition;
  const faults: PartFault[] = needsQueue(parts, deadLetterArn, 'RedrivePolicy');
  if (kind === 'lambda') faults.push(...missing(isFunction(parts, endpoint), at, 'function', endpoint));
  if (kind === 'sqs') faults.push(...needsQueue(parts, endpoint, at));
  if (fifo && kind !== 'sqs') faults.push({ property: 'Protocol', reason: 'a FIFO topic delivers to queues only' });
  if (!fifo && queuePart(parts, endpoint)?.definition.fifo) {
    faults.push({ property: at, reason: 'a standard topic does not deliver to a FIFO queue' });
  }
  if (raw && kind !== 'sqs') faults.push({ property: 'RawMessageDelivery', reason: 'is for queues only' });
  const deadLetters = deadLetterArn === undefined ? undefined : queuePart(parts, deadLetterArn);
  if (deadLetters !== undefined && deadLetters.definition.fifo !== fifo) {
    faults.push({
      property: 'RedrivePolicy',
      reason: `must name a ${fifo ? 'FIFO' : 'standard'} queue, as the topic is`,
    });
  }
  return faults;
}
