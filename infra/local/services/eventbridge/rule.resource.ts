/** `AWS::Events::Rule`. */
import { z } from 'zod';
import { jsonObject, noEffect, refused, text, whole } from '../../engine/boot/property-values.ts';
import {
  missing,
  type Part,
  type PartFault,
  type Planned,
  partsOf,
  type ResourceKind,
  runs,
} from '../../engine/boot/resource-kind.ts';
import { arn, type Place, physicalName } from '../../engine/place.ts';
import { isFunction } from '../lambda/function.resource.ts';
import { isLogGroup } from '../logs/log-group.resource.ts';
import { topicPart } from '../sns/topic.resource.ts';
import { isQueue, needsQueue } from '../sqs/queue.resource.ts';
import type { BusPart } from './event-bus.resource.ts';
import { compileInput, type TargetInput } from './input-transformer.ts';
import { compilePattern } from './pattern/pattern.ts';
import { type RuleDefinition, type RuleTarget, SCHEDULE_NEEDS_DEFAULT_BUS } from './rule.ts';
import { InvalidRuleSchedule, ruleTimes } from './rule-schedule.ts';

export type RuleTargetPart = Omit<RuleTarget, 'deliver' | 'deadLetterQueue'> & {
  readonly deadLetterArn?: string;
  readonly messageGroupId?: string;
};
export type RulePart = Part & {
  readonly kind: 'rule';
  readonly busArn: string;
  readonly definition: Omit<RuleDefinition, 'targets'>;
  readonly targets: readonly RuleTargetPart[];
};

/** Bounds: the EventBridge guide, "Retry policy"; what the bus would refuse at the start is told with the template's other faults. */
const target = z
  .strictObject({
    Id: text,
    Arn: text,
    Input: text.optional(),
    InputPath: text.optional(),
    InputTransformer: z
      .strictObject({ InputPathsMap: z.record(z.string(), text).default({}), InputTemplate: text })
      .optional(),
    RetryPolicy: z
      .strictObject({
        MaximumRetryAttempts: whole(0, 185).optional(),
        MaximumEventAgeInSeconds: whole(60, 86_400).optional(),
      })
      .optional(),
    DeadLetterConfig: z.strictObject({ Arn: text.optional() }).optional(),
    SqsParameters: z.strictObject({ MessageGroupId: text }).optional(),
    RoleArn: noEffect,
  })
  .superRefine((given, context) => {
    refused(
      () => compileInput(inputOf(given)),
      (message) => context.addIssue({ code: 'custom', message }),
    );
  });

type TargetProperties = {
  readonly Id: string;
  readonly Input?: string | undefined;
  readonly InputPath?: string | undefined;
  readonly InputTransformer?:
    | { readonly InputPathsMap: Record<string, string>; readonly InputTemplate: string }
    | undefined;
};

function inputOf({ Id, Input, InputPath, InputTransformer }: TargetProperties): TargetInput {
  return {
    id: Id,
    input: Input,
    inputPath: InputPath,
    inputTransformer: InputTransformer && {
      paths: InputTransformer.InputPathsMap,
      template: InputTransformer.InputTemplate,
    },
  };
}

const ruleProperties = z
  .strictObject({
    Name: text.optional(),
    EventBusName: text.default('default'),
    EventPattern: jsonObject.optional(),
    ScheduleExpression: text.optional(),
    State: z.enum(['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS']).default('ENABLED'),
    Targets: z.array(target).max(5, { error: 'a rule has at most 5 targets' }).default([]),
    Description: noEffect,
    RoleArn: noEffect,
    Tags: noEffect,
  })
  .superRefine((rule, context) => {
    const fault = (property: string, message: string) =>
      context.addIssue({ code: 'custom', path: [property], message });
    if (rule.EventPattern === undefined && rule.ScheduleExpression === undefined) {
      fault('EventPattern', 'a rule needs a pattern or a ScheduleExpression');
    }
    if (rule.EventPattern !== undefined) {
      refused(
        () => compilePattern(rule.EventPattern),
        (reason) => fault('EventPattern', reason),
      );
    }
    if (rule.ScheduleExpression === undefined) return;
    if (busName(rule.EventBusName) !== 'default') fault('ScheduleExpression', SCHEDULE_NEEDS_DEFAULT_BUS);
    try {
      ruleTimes(rule.ScheduleExpression, 0);
    } catch (error) {
      if (!(error instanceof InvalidRuleSchedule)) throw error;
      fault('ScheduleExpression', `${error.message} (${rule.ScheduleExpression}: ${error.hint})`);
    }
  });

function makeRule(rule: z.output<typeof ruleProperties>, place: Place) {
  const name = rule.Name ?? physicalName(place, 64);
  const bus = busName(rule.EventBusName);
  const ruleArn = arn(place, 'events', bus === 'default' ? `rule/${name}` : `rule/${bus}/${name}`);
  const part: RulePart = {
    kind: 'rule',
    place,
    busArn: arn(place, 'events', `event-bus/${bus}`),
    definition: {
      name,
      arn: ruleArn,
      enabled: rule.State !== 'DISABLED',
      pattern: rule.EventPattern,
      schedule: rule.ScheduleExpression,
    },
    targets: rule.Targets.map((each) => ({
      ...inputOf(each),
      arn: each.Arn,
      maximumRetryAttempts: each.RetryPolicy?.MaximumRetryAttempts,
      maximumEventAgeSeconds: each.RetryPolicy?.MaximumEventAgeInSeconds,
      deadLetterArn: each.DeadLetterConfig?.Arn,
      messageGroupId: each.SqsParameters?.MessageGroupId,
    })),
  };
  return {
    values: { ref: bus === 'default' ? name : `${bus}|${name}`, attributes: { Arn: ruleArn } },
    part,
  };
}

/** A bus is given by name or ARN. */
function busName(reference: string): string {
  return reference.startsWith('arn:') ? reference.slice(reference.lastIndexOf('/') + 1) : reference;
}

export const ruleKinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::Events::Rule': runs(ruleProperties, makeRule, {
    identity: ({ definition }) => `rule ${definition.arn}`,
    faults: ruleFaults,
  }),
};

function ruleFaults({ busArn, targets }: RulePart, { parts }: Planned): PartFault[] {
  const buses = partsOf<BusPart>(parts, 'bus').map(({ definition }) => definition.arn);
  const onABus = busArn.endsWith('/default') || buses.includes(busArn);
  return [
    ...missing(onABus, 'EventBusName', 'event bus', busArn),
    ...targets.flatMap(({ arn, deadLetterArn }, index) => [
      ...targetFaults(arn, parts, `Targets[${index}].Arn`),
      ...needsQueue(parts, deadLetterArn, `Targets[${index}].DeadLetterConfig.Arn`),
    ]),
  ];
}

/** A target of another service is refused as such, one that runs here has to be in the templates. */
function targetFaults(arn: string, parts: readonly Part[], property: string): PartFault[] {
  const service = arn.split(':')[2] ?? '';
  if (service === 'sns') {
    const topic = topicPart(parts, arn);
    const reason = 'a rule does not deliver to a FIFO topic';
    return topic?.definition.fifo ? [{ property, reason }] : missing(topic !== undefined, property, 'topic', arn);
  }
  if (service === 'logs') return missing(isLogGroup(parts, arn), property, 'log group', arn);
  if (service === 'sqs' || service === 'lambda') {
    return missing(isQueue(parts, arn) || isFunction(parts, arn), property, 'queue or function', arn);
  }
  const kind = service === '' ? 'what is no ARN' : `a target of the service ${service}`;
  return [
    {
      property,
      reason: `${kind} does not run here; a rule delivers to functions, queues, topics and log groups (${arn})`,
    },
  ];
}
