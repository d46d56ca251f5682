/** `AWS::Scheduler::Schedule`. */
import { z } from 'zod';
import { text } from '../../engine/boot/property-values.ts';
import {
  missing,
  type Part,
  type PartFault,
  type Planned,
  partsOf,
  type ResourceKind,
  runs,
} from '../../engine/boot/resource-kind.ts';
import { type Place, physicalName } from '../../engine/place.ts';
import { isBus } from '../eventbridge/event-bus.resource.ts';
import { rolePart } from '../iam/role.resource.ts';
import { trusts } from '../iam/role-trust.ts';
import { isFunction } from '../lambda/function.resource.ts';
import { needsQueue, queuePart } from '../sqs/queue.resource.ts';
import { scheduleArn } from './local-scheduler.ts';
import { isScheduleGroup } from './schedule-group.resource.ts';
import { groupArn } from './schedule-groups.ts';
import { nameSchema, type Schedule, type ScheduleTarget, scheduleShape } from './schedule-properties.ts';
import { targetKind } from './schedule-target.ts';
import { scheduleFaults } from './schedule-times.ts';
import { NO_TRUST } from './scheduler-actions.ts';

export type SchedulePart = Part & { readonly kind: 'schedule'; readonly arn: string; readonly schedule: Schedule };

/** CloudFormation writes dates as text, in UTC. */
const date = text.transform((value, context) => {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  context.addIssue({ code: 'custom', message: 'must be a date such as 2026-01-31T09:00:00.000Z' });
  return z.NEVER;
});

const properties = z
  .strictObject({
    Name: text.pipe(nameSchema).optional(),
    ...scheduleShape,
    StartDate: date.optional(),
    EndDate: date.optional(),
  })
  .superRefine((given, context) => {
    const schedule: Schedule = { ...given, Name: given.Name ?? 'unnamed', ActionAfterCompletion: 'NONE' };
    for (const { path, message, hint } of scheduleFaults(schedule)) {
      const told = hint === undefined ? message : `${message} (${hint})`;
      context.addIssue({ code: 'custom', path: path.split('.'), message: told });
    }
  });

function make({ Name, ...given }: z.output<typeof properties>, place: Place) {
  const name = Name ?? physicalName(place, 64);
  const arn = scheduleArn(place, given.GroupName, name);
  const schedule: Schedule = { ...given, Name: name, ActionAfterCompletion: 'NONE' };
  const part: SchedulePart = { kind: 'schedule', place, arn, schedule };
  return { values: { ref: name, attributes: { Arn: arn } }, part };
}

export const scheduleKinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::Scheduler::Schedule': runs(properties, make, { identity: ({ arn }) => `schedule ${arn}`, faults }),
};

function faults({ place, schedule }: SchedulePart, { parts }: Planned): PartFault[] {
  const { GroupName, Target } = schedule;
  const group = groupArn(place, GroupName);
  return [
    ...missing(isScheduleGroup(parts, group), 'GroupName', 'schedule group', GroupName),
    ...missingTarget(Target, parts),
    ...needsQueue(parts, Target.DeadLetterConfig?.Arn, 'Target.DeadLetterConfig.Arn'),
    ...(assumable(parts, Target.RoleArn, group) ? [] : [{ property: 'Target.RoleArn', reason: NO_TRUST }]),
  ];
}

function missingTarget({ Arn: arn, SqsParameters: sqs }: ScheduleTarget, parts: readonly Part[]): PartFault[] {
  const kind = targetKind(arn);
  if (kind === 'function') return missing(isFunction(parts, arn), 'Target.Arn', 'function', arn);
  if (kind === 'bus') return missing(isBus(parts, arn), 'Target.Arn', 'event bus', arn);
  const queue = queuePart(parts, arn)?.definition;
  if (queue === undefined) return missing(false, 'Target.Arn', 'queue', arn);
  if (!queue.fifo) return [];
  return [
    ...(sqs?.MessageGroupId === undefined
      ? [{ property: 'Target.SqsParameters', reason: 'a FIFO queue needs a MessageGroupId' }]
      : []),
    ...(queue.contentBasedDeduplication
      ? []
      : [{ property: 'Target.Arn', reason: `the FIFO queue ${queue.name} needs content-based deduplication` }]),
  ];
}

/** Whether the role is in the templates and lets the Scheduler assume it for the group. */
export function assumable(parts: readonly Part[], roleArn: string, group: string): boolean {
  const role = rolePart(parts, roleArn);
  const account = group.split(':')[4] ?? '';
  return role !== undefined && trusts(role.trust, 'scheduler.amazonaws.com', { arn: group, account });
}

/** The schedules of the templates; a name is one in its group, account and region. */
export function scheduleParts(parts: readonly Part[]): readonly SchedulePart[] {
  return partsOf<SchedulePart>(parts, 'schedule');
}
