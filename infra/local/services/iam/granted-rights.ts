/** What the policies of the templates give: to roles, and by resources to whomever they name. */
import { type Part, partsOf } from '../../engine/boot/resource-kind.ts';
import type { Fault } from '../../engine/template/assembly-faults.ts';
import { functionArn } from '../lambda/lambda-rights.ts';
import type { PermissionPart } from '../lambda/permission.resource.ts';
import type { QueuePart } from '../sqs/queue.resource.ts';
import type { QueuePolicyPart } from '../sqs/queue-policy.resource.ts';
import { actingRoles } from './acting-roles.ts';
import { awsManagedPolicy } from './aws-managed-policies.ts';
import type { PolicyStatement } from './evaluate-policies.ts';
import type { PolicyPart } from './policy.resource.ts';
import type { PolicyCondition } from './policy-conditions.ts';
import { type Principals, type ReadStatement, readPolicy } from './policy-document.ts';
import type { RolePart } from './role.resource.ts';
import { matches } from './wildcard.ts';

export type GrantedRights = {
  /** All statements that count for what acts as the role in its own account; undefined when the templates have no such role, or nothing acts as it. */
  readonly ofRole: (roleArn: string) => readonly PolicyStatement[] | undefined;
  /** Statements of resources that count for a service of AWS. */
  readonly ofService: (service: string) => readonly PolicyStatement[];
  /** Statements of resources that count for everybody, also without a signature. */
  readonly ofEverybody: readonly PolicyStatement[];
  /** What is not understood in policies. */
  readonly faults: readonly Fault[];
};

/** In one account it is enough that the role or the resource allows something, and a denial of either counts. */
export function grantedRights(parts: readonly Part[]): GrantedRights {
  const faults: Fault[] = [];
  const read = (part: Part, document: unknown, property: string): readonly ReadStatement[] => {
    const policy = readPolicy(document, placeName(part));
    faults.push(...policy.faults.map((reason) => faultAt(part, property, reason)));
    return policy.statements;
  };
  const acting = actingRoles(parts);
  const policies = partsOf<PolicyPart>(parts, 'policy')
    .filter((part) => acting.some((role) => isAttached(part, role)))
    .map((part) => ({ part, statements: read(part, part.document, 'PolicyDocument') }));
  const ofResources = [
    ...partsOf<QueuePolicyPart>(parts, 'queue-policy').flatMap((part) =>
      onQueues(read(part, part.document, 'PolicyDocument'), part, parts),
    ),
    ...partsOf<PermissionPart>(parts, 'permission').map(permissionStatement),
  ];
  const roles = new Map<string, readonly PolicyStatement[]>();
  for (const role of acting) {
    const attached = policies.filter(({ part }) => isAttached(part, role));
    const own = role.policies.flatMap(({ document }, index) => read(role, document, `Policies[${index}]`));
    const managed = role.managedPolicyArns
      .filter((arn) => !policies.some(({ part }) => part.arn === arn))
      .flatMap((arn, index) => {
        const document = awsManagedPolicy(arn);
        if (document !== undefined) return read(role, document, arn);
        faults.push(faultAt(role, `ManagedPolicyArns[${index}]`, `what ${arn} allows is not known to the local cloud`));
        return [];
      });
    if (role.boundary !== undefined) {
      faults.push(faultAt(role, 'PermissionsBoundary', 'boundaries are not known to the local cloud'));
    }
    const given = ofResources.filter(({ principals }) => names(principals, 'AWS', role.arn));
    roles.set(role.arn, [...attached.flatMap(({ statements }) => statements), ...own, ...managed, ...given]);
  }
  return {
    ofRole: (arn) => roles.get(arn),
    ofService: (service) => ofResources.filter(({ principals }) => names(principals, 'Service', service)),
    ofEverybody: ofResources.filter(({ principals }) => names(principals, 'AWS', '*')),
    faults,
  };
}

/** How a person finds it in the app: by its construct. */
export function placeName({ place }: Part): string {
  return place.cdkPath?.replace(/\/(Resource|Default)$/, '') ?? `${place.stack}/${place.logicalId}`;
}

export function faultAt({ place }: Part, property: string, reason: string): Fault {
  return { stack: place.stack, logicalId: place.logicalId, cdkPath: place.cdkPath, type: place.type, property, reason };
}

function isAttached({ arn, roles }: PolicyPart, { name, managedPolicyArns }: RolePart): boolean {
  return roles.includes(name) || (arn !== undefined && managedPolicyArns.includes(arn));
}

/** Everybody is named too; an account that is named leaves it to the policies of its roles. */
function names(principals: Principals | undefined, kind: 'AWS' | 'Service', who: string): boolean {
  if (principals === undefined || principals === '*') return principals === '*';
  return principals[kind]?.includes(who) || principals.AWS?.includes('*') || false;
}

/** A queue's policy is about that queue alone. */
function onQueues(
  statements: readonly ReadStatement[],
  { queueUrls }: QueuePolicyPart,
  parts: readonly Part[],
): ReadStatement[] {
  const queues = partsOf<QueuePart>(parts, 'queue').filter(({ definition }) => queueUrls.includes(definition.url));
  return statements.map((statement) => {
    const { not, patterns } = statement.resources;
    const arns = queues.map(({ definition }) => definition.arn);
    const covered = arns.filter((arn) => patterns.some((pattern) => matches(arn, pattern)) !== not);
    return { ...statement, resources: { not: false, patterns: covered } };
  });
}

function permissionStatement(part: PermissionPart): ReadStatement {
  const { action, principal, sourceArn, sourceAccount, organization, urlAuthorization, throughUrl } = part;
  const isService = principal.endsWith('.amazonaws.com');
  const when = (operator: PolicyCondition['operator'], key: string, value: string | undefined): PolicyCondition[] =>
    value === undefined ? [] : [{ operator, ifExists: false, key, values: [value] }];
  return {
    effect: 'Allow',
    actions: { not: false, patterns: [action] },
    resources: { not: false, patterns: [functionArn(part.functionName, null, part.place)] },
    conditions: [
      ...when('ArnLike', 'aws:sourcearn', sourceArn),
      ...when('StringEquals', 'aws:sourceaccount', sourceAccount),
      ...when('StringEquals', 'aws:principalorgid', organization),
      ...when('StringEquals', 'lambda:functionurlauthtype', urlAuthorization),
      ...when('Bool', 'lambda:invokedviafunctionurl', throughUrl ? 'true' : undefined),
    ],
    variables: false,
    from: placeName(part),
    principals: principal === '*' ? '*' : { [isService ? 'Service' : 'AWS']: [principal] },
  };
}
