/** `AWS::Scheduler::ScheduleGroup`. */
import { z } from 'zod';
import { noEffect, text } from '../../engine/boot/property-values.ts';
import { type Part, partsOf, type ResourceKind, runs } from '../../engine/boot/resource-kind.ts';
import { type Place, physicalName } from '../../engine/place.ts';
import { groupArn } from './schedule-groups.ts';
import { nameSchema } from './schedule-properties.ts';

export type ScheduleGroupPart = Part & { readonly kind: 'schedule-group'; readonly name: string; readonly arn: string };

const properties = z.strictObject({
  Name: text
    .pipe(nameSchema)
    .refine((name) => name !== 'default', { error: 'default is there already, in every account and region' })
    .optional(),
  Tags: noEffect,
});

function make({ Name }: z.output<typeof properties>, place: Place) {
  const name = Name ?? physicalName(place, 64);
  const arn = groupArn(place, name);
  const part: ScheduleGroupPart = { kind: 'schedule-group', place, name, arn };
  // When it was made is not known before it is; the dates are those of a stack that is always new.
  const made = new Date(0).toISOString();
  return {
    values: { ref: name, attributes: { Arn: arn, State: 'ACTIVE', CreationDate: made, LastModificationDate: made } },
    part,
  };
}

export const scheduleGroupKinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::Scheduler::ScheduleGroup': runs(properties, make, { identity: ({ name }) => `schedule group ${name}` }),
};

export function isScheduleGroup(parts: readonly Part[], arn: string): boolean {
  return (
    arn.endsWith('/default') || partsOf<ScheduleGroupPart>(parts, 'schedule-group').some((group) => group.arn === arn)
  );
}
