/** A service does something for a user as a role of theirs. */
import { evaluate, type PolicyStatement } from './evaluate-policies.ts';
import type { RequestContext } from './policy-conditions.ts';

/** Why a call may not be made as the role, in a line; undefined when it may. */
export type RoleDenial = (
  roleArn: string,
  action: string,
  resource: string,
  known?: RequestContext,
) => string | undefined;

/** All that counts for a role; undefined for one that is not in the templates. */
type RoleStatements = { readonly ofRole: (roleArn: string) => readonly PolicyStatement[] | undefined };

export function roleDenial(granted: RoleStatements): RoleDenial {
  return (roleArn, action, resource, known) => {
    const context = { ...known, 'aws:principalarn': [roleArn], 'aws:securetransport': ['true'] };
    const found = evaluate(granted.ofRole(roleArn) ?? [], { action, resource, context });
    if (found.allowed) return undefined;
    const why =
      found.denied === 'explicitly'
        ? `the policy ${found.from} denies it to the role ${roleArn}`
        : `no policy lets the role ${roleArn} do it`;
    return `IAM denies ${action} on ${resource}: ${why}.`;
  };
}
