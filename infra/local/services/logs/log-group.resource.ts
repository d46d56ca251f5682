/** `AWS::Logs::LogGroup`: what a rule delivers to one is a line in the log of the run. */
import { z } from 'zod';
import { noEffect, text } from '../../engine/boot/property-values.ts';
import { type Part, partsOf, type ResourceKind, runs } from '../../engine/boot/resource-kind.ts';
import { arn, physicalName } from '../../engine/place.ts';

export type LogGroupPart = Part & { readonly kind: 'log-group'; readonly arn: string };

const properties = z.strictObject({
  LogGroupName: text.optional(),
  // How long it is kept, who may read it, what it costs.
  BearerTokenAuthenticationEnabled: noEffect,
  DataProtectionPolicy: noEffect,
  DeletionProtectionEnabled: noEffect,
  FieldIndexPolicies: noEffect,
  KmsKeyId: noEffect,
  LogGroupClass: noEffect,
  ResourcePolicyDocument: noEffect,
  RetentionInDays: noEffect,
  Tags: noEffect,
});

export const logGroupKinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::Logs::LogGroup': runs(
    properties,
    ({ LogGroupName }, place) => {
      const name = LogGroupName ?? physicalName(place, 512);
      const groupArn = arn(place, 'logs', `log-group:${name}`);
      const part: LogGroupPart = { kind: 'log-group', place, arn: groupArn };
      return { values: { ref: name, attributes: { Arn: `${groupArn}:*` } }, part };
    },
    { identity: (part) => `log group ${part.arn}` },
  ),
};

/** With or without the `:*` that stands for its streams. */
export function isLogGroup(parts: readonly Part[], groupArn: string): boolean {
  const wanted = groupArn.replace(/:\*$/, '');
  return partsOf<LogGroupPart>(parts, 'log-group').some((part) => part.arn === wanted);
}

/** The name in the ARN of a log group; undefined for the ARN of anything else. */
export function logGroupName(groupArn: string): string | undefined {
  return /^arn:[^:]*:logs:[^:]*:[^:]*:log-group:([^:]+)/.exec(groupArn)?.[1];
}

/** What CloudWatch Logs keeps of an input: all of it, or the `message` of a transformer that gives a time and a message. */
export function loggedMessage(input: string): string {
  try {
    const { timestamp, message }: { timestamp?: unknown; message?: unknown } = Object(JSON.parse(input));
    return timestamp !== undefined && typeof message === 'string' ? message : input;
  } catch {
    return input;
  }
}
