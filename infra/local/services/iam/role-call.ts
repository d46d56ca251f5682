/** A service does something for a user as a role of theirs. */
import { evaluate } from './evaluate-policies.ts';
import type { GrantedRights } from './granted-rights.ts';
import type { RequestContext } from './policy-conditions.ts';

/** Why a call may not be made as the role, in a line; undefined when it may. */
export type RoleDenial = (
  roleArn: string,
  action: string,
  resource: string,
  known?: RequestContext,
) => string | undefined;

export function roleDenial(granted: GrantedRights): RoleDenial {
  return (roleArn, action, resource, known) => {
    const context = { ...known, 'aws:principalarn': [roleArn], 'aws:securetransport': ['true'] };
    if (evaluate(granted.ofRole(roleArn) ?? [], { action, resource, context }).allowed) return undefined;
    return `IAM denies ${action} on ${resource}: no policy lets the role ${roleArn} do it.`;
  };
}
