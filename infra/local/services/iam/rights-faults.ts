/**
 * What the services would refuse to do for want of a right, told before anything runs: to read a queue or stream for a
 * function, to invoke it, to send something to a queue or a topic.
 */
import { type Part, partsOf } from '../../engine/boot/resource-kind.ts';
import { AssemblyFaults, type Fault } from '../../engine/template/assembly-faults.ts';
import type { FunctionPart } from '../lambda/function.resource.ts';
import { evaluate, type PolicyStatement } from './evaluate-policies.ts';
import { faultAt, type GrantedRights, grantedRights } from './granted-rights.ts';
import type { RequestContext } from './policy-conditions.ts';
import { type Wanted, wantedRights } from './wanted-rights.ts';

/** Throws {@link AssemblyFaults} with everything in policies that is not understood, and every right that is missing already. */
export function checkedRights(parts: readonly Part[]): GrantedRights {
  const granted = grantedRights(parts);
  const faults = rightsFaults(parts, granted);
  if (faults.length > 0) throw new AssemblyFaults(faults, 'To start it without checks of rights: --no-iam');
  return granted;
}

/** One fault for each right that is missing. */
function rightsFaults(parts: readonly Part[], granted: GrantedRights): Fault[] {
  const functions = partsOf<FunctionPart>(parts, 'function');
  const withoutRole = functions
    .filter(({ roleArn = '' }) => granted.ofRole(roleArn) === undefined)
    .map((part) => faultAt(part, 'Role', `there is no role ${part.roleArn ?? ''} in the assembly`));
  return [...granted.faults, ...withoutRole, ...wantedRights(parts).flatMap((each) => missingRights(each, granted))];
}

function missingRights(
  { part, property, by, actions, resource, context: known }: Wanted,
  granted: GrantedRights,
): Fault[] {
  const { statements, who, ...asking } = askerOf(by, part, granted);
  // That there is no such role is told by itself.
  if (statements === undefined) return [];
  const context = { 'aws:securetransport': ['true'], ...known, ...asking.context };
  return actions.flatMap((action) => {
    const found = evaluate(statements, { action, resource, context });
    if (found.allowed) return [];
    const reason = found.denied === 'explicitly' ? `the policy ${found.from} denies` : 'no policy lets';
    return [faultAt(part, property, `${reason} ${who} ${action} on ${resource}${hint(by, action)}`)];
  });
}

/** Whoever made the permission with an older `addFunctionUrl` has only the first of the two. */
const hint = (by: Wanted['by'], action: string): string =>
  by === 'everybody' && action === 'lambda:InvokeFunction'
    ? '; it takes a permission with InvokedViaFunctionUrl: true, which addFunctionUrl of a newer aws-cdk-lib makes'
    : '';

type Asker = {
  readonly statements: readonly PolicyStatement[] | undefined;
  readonly context: RequestContext;
  /** For a person. */
  readonly who: string;
};

function askerOf(by: Wanted['by'], { place }: Part, granted: GrantedRights): Asker {
  if (by === 'everybody') {
    const context = { 'lambda:functionurlauthtype': ['NONE'], 'lambda:invokedviafunctionurl': ['true'] };
    return { statements: granted.ofEverybody, context, who: 'everybody' };
  }
  if ('role' in by) {
    const { role = '' } = by;
    return { statements: granted.ofRole(role), context: { 'aws:principalarn': [role] }, who: `the role ${by.role}` };
  }
  const { service, sourceArn } = by;
  const context = { 'aws:sourcearn': [sourceArn], 'aws:sourceaccount': [place.account] };
  return { statements: granted.ofService(service), context, who: `${service} for ${sourceArn}` };
}
