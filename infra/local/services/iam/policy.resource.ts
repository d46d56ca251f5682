/** `AWS::IAM::Policy` and `AWS::IAM::ManagedPolicy`: what roles may do. */
import { z } from 'zod';
import { noEffect, text } from '../../engine/boot/property-values.ts';
import { type Part, type ResourceKind, runs } from '../../engine/boot/resource-kind.ts';
import { type Place, physicalName } from '../../engine/place.ts';

/** Something that gives rights to roles. */
export type PolicyPart = Part & {
  readonly kind: 'policy';
  /** Of a managed policy, by which roles name it. */
  readonly arn?: string;
  /** Names of the roles that it is attached to from here. */
  readonly roles: readonly string[];
  readonly document: unknown;
};

const shared = {
  PolicyDocument: z.unknown(),
  Roles: z.array(text).default([]),
  // Functions and schedules act as roles.
  Groups: noEffect,
  Users: noEffect,
};

const inline = z.strictObject({ ...shared, PolicyName: text });
const managed = z.strictObject({
  ...shared,
  ManagedPolicyName: text.optional(),
  Path: text.default('/'),
  Description: noEffect,
});

export const policyKinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::IAM::Policy': runs(inline, ({ PolicyDocument: document, Roles: roles }, place) => {
    const part: PolicyPart = { kind: 'policy', place, roles, document };
    const name = physicalName(place, 64);
    return { values: { ref: name, attributes: { Id: name } }, part };
  }),
  'AWS::IAM::ManagedPolicy': runs(managed, ({ PolicyDocument: document, Roles: roles, ...given }, place) => {
    const arn = policyArn(place, given.Path, given.ManagedPolicyName);
    const part: PolicyPart = { kind: 'policy', place, arn, roles, document };
    return { values: { ref: arn, attributes: { PolicyArn: arn } }, part };
  }),
};

function policyArn(place: Place, path: string, name = physicalName(place, 64)): string {
  return `arn:aws:iam::${place.account}:policy${path}${name}`;
}
