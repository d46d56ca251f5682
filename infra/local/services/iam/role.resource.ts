/** `AWS::IAM::Role`: rights are not checked here, but services ask whom a role trusts. */
import { z } from 'zod';
import { noEffect, text } from '../../engine/boot/property-values.ts';
import { type Part, partsOf, type ResourceKind, runs } from '../../engine/boot/resource-kind.ts';
import { type Place, physicalName } from '../../engine/place.ts';
import type { TrustStatement } from './role-trust.ts';

export type RolePart = Part & {
  readonly kind: 'role';
  readonly arn: string;
  readonly trust: readonly TrustStatement[];
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
  Description: noEffect,
  ManagedPolicyArns: noEffect,
  MaxSessionDuration: noEffect,
  PermissionsBoundary: noEffect,
  Policies: noEffect,
  Tags: noEffect,
});

function make({ AssumeRolePolicyDocument, RoleName, Path }: z.output<typeof properties>, place: Place) {
  const name = RoleName ?? physicalName(place, 64);
  const arn = `arn:aws:iam::${place.account}:role${Path}${name}`;
  const part: RolePart = { kind: 'role', place, arn, trust: AssumeRolePolicyDocument?.Statement ?? [] };
  return { values: { ref: name, attributes: { Arn: arn, RoleId: name } }, part };
}

export const roleKinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::IAM::Role': runs(properties, make, { identity: ({ arn }) => `role ${arn}` }),
};

export function rolePart(parts: readonly Part[], arn: string): RolePart | undefined {
  return partsOf<RolePart>(parts, 'role').find((role) => role.arn === arn);
}
