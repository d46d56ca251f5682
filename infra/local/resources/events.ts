/** AWS::Events::EventBus and ::Rule: which buses and rules does the template describe? */
import { z } from 'zod';
import { jsonObject, noEffect, text, whole } from './property-values.ts';
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

/** Bounds: the EventBridge guide, "Retry policy"; the service checks that only one of the three inputs is given. */
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
  .refine(
    ({ Input, InputPath, InputTransformer }) =>
      [Input, InputPath, InputTransformer].filter((input) => input !== undefined).length <= 1,
    { error: 'takes only one of Input, InputPath and InputTransformer' },
  );

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
    if (rule.ScheduleExpression === undefined) return;
    if (busName(rule.EventBusName) !== 'default') fault('ScheduleExpression', 'runs on the default bus only');
    if (!/^rate\(\s*[1-9]\d*\s+(minute|hour|day)s?\s*\)$/.test(rule.ScheduleExpression)) {
      fault('ScheduleExpression', `only rate(...) runs locally, not ${rule.ScheduleExpression}`);
    }
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
        id: each.Id,
        arn: each.Arn,
        input: each.Input,
        inputPath: each.InputPath,
        inputTransformer: each.InputTransformer && {
          paths: each.InputTransformer.InputPathsMap,
          template: each.InputTransformer.InputTemplate,
        },
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
