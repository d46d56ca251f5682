/** `AWS::IAM::Role`: whom it trusts, and the policies that it has of its own or by ARN. */
import { z } from 'zod';
import { noEffect, text } from '../../engine/boot/property-values.ts';
import { type Part, partsOf, type ResourceKind, runs } from '../../engine/boot/resource-kind.ts';
import { type Place, physicalName } from '../../engine/place.ts';
import type { TrustStatement } from './role-trust.ts';

export type RolePart = Part & {
  readonly kind: 'role';
  readonly name: string;
  readonly arn: string;
  readonly trust: readonly TrustStatement[];
  readonly policies: readonly { readonly name: string; readonly document: unknown }[];
  readonly managedPolicyArns: readonly string[];
  readonly boundary?: string;
};

const oneOrMore = z.union([z.string().transform((value) => [value]), z.array(z.string())]);

const statement = z.looseObject({
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMore.default([]),
  Principal: z.union([z.string(), z.record(z.string(), oneOrMore)]).optional(),
  Condition: z
    .record(z.string(), z.record(z.string(), z.union([oneOrMore, z.unknown().transform(() => undefined)])))
    .optional(),
});

/** Only services that ask for trust care; a document of another form trusts nobody. */
const trustPolicy = z
  .looseObject({ Statement: z.union([statement.transform((one) => [one]), z.array(statement)]) })
  .catch({ Statement: [] });

const properties = z.strictObject({
  AssumeRolePolicyDocument: trustPolicy.optional(),
  RoleName: text.optional(),
  Path: text.default('/'),
  ManagedPolicyArns: z.array(text).default([]),
  PermissionsBoundary: text.optional(),
  Policies: z.array(z.strictObject({ PolicyName: text, PolicyDocument: z.unknown() })).default([]),
  Description: noEffect,
  MaxSessionDuration: noEffect,
  Tags: noEffect,
});

function make(role: z.output<typeof properties>, place: Place) {
  const name = role.RoleName ?? physicalName(place, 64);
  const arn = `arn:aws:iam::${place.account}:role${role.Path}${name}`;
  const part: RolePart = {
    kind: 'role',
    place,
    name,
    arn,
    trust: role.AssumeRolePolicyDocument?.Statement ?? [],
    policies: role.Policies.map(({ PolicyName, PolicyDocument }) => ({ name: PolicyName, document: PolicyDocument })),
    managedPolicyArns: role.ManagedPolicyArns,
    boundary: role.PermissionsBoundary,
  };
  return { values: { ref: name, attributes: { Arn: arn, RoleId: name } }, part };
}

const checks = { identity: ({ arn }: RolePart) => `role ${arn}` };

export const roleKinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::IAM::Role': runs(properties, make, checks),
};

/** A role of which only is known whom it trusts. */
export const roleKindsWithoutRights: Readonly<Record<string, ResourceKind>> = {
  'AWS::IAM::Role': runs(
    properties.extend({ ManagedPolicyArns: noEffect, PermissionsBoundary: noEffect, Policies: noEffect }),
    (role, place) => make({ ...role, ManagedPolicyArns: [], PermissionsBoundary: undefined, Policies: [] }, place),
    checks,
  ),
};

export function rolePart(parts: readonly Part[], arn: string): RolePart | undefined {
  return partsOf<RolePart>(parts, 'role').find((role) => role.arn === arn);
}
