/** AWS::Events::EventBus and ::Rule: which buses and rules does the template describe? */
import { z } from 'zod';
import { compileInput, type TargetInput } from '../event-bus/input-transformer.ts';
import { compilePattern } from '../event-bus/pattern.ts';
import { intervalOf } from '../schedules/rate.ts';
import { jsonObject, noEffect, refused, text, whole } from './property-values.ts';
import { arn, type Place, physicalName, type ResourceKind, runs } from './resource-kind.ts';

const busProperties = z.strictObject({
  Name: text,
  DeadLetterConfig: noEffect,
  Description: noEffect,
  KmsKeyIdentifier: noEffect,
  LogConfig: noEffect,
  Policy: noEffect,
  Tags: noEffect,
});

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
    if (busName(rule.EventBusName) !== 'default') fault('ScheduleExpression', 'runs on the default bus only');
    refused(
      () => intervalOf(rule.ScheduleExpression ?? '', 'the rule'),
      (reason) => fault('ScheduleExpression', reason),
    );
  });

function makeRule(rule: z.output<typeof ruleProperties>, place: Place) {
  const name = rule.Name ?? physicalName(place, 64);
  const bus = busName(rule.EventBusName);
  const ruleArn = arn(place, 'events', bus === 'default' ? `rule/${name}` : `rule/${bus}/${name}`);
  return {
    values: { ref: bus === 'default' ? name : `${bus}|${name}`, attributes: { Arn: ruleArn } },
    part: {
      kind: 'rule' as const,
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
    },
  };
}

/** A bus is given by name or ARN. */
function busName(reference: string): string {
  return reference.startsWith('arn:') ? reference.slice(reference.lastIndexOf('/') + 1) : reference;
}

export const eventKinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::Events::EventBus': runs(busProperties, ({ Name }, place) => {
    const busArn = arn(place, 'events', `event-bus/${Name}`);
    return {
      values: { ref: Name, attributes: { Arn: busArn, Name } },
      part: { kind: 'bus', place, definition: { name: Name, arn: busArn } },
    };
  }),
  'AWS::Events::Rule': runs(ruleProperties, makeRule),
};
