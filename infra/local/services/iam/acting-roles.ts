/** The roles that something here acts as. What the others may do is for services that do not run, and is not looked at. */
import { type Part, partsOf } from '../../engine/boot/resource-kind.ts';
import type { FunctionPart } from '../lambda/function.resource.ts';
import type { RolePart } from './role.resource.ts';
import { namesService } from './role-trust.ts';
import { wantedRights } from './wanted-rights.ts';

/**
 * Those of functions, those that something in the templates asks with, and those that the Scheduler may be given while it runs, in
 * the order of the assembly.
 */
export function actingRoles(parts: readonly Part[]): RolePart[] {
  const asking = wantedRights(parts).map(({ by }) => (by !== 'everybody' && 'role' in by ? by.role : undefined));
  const acting = new Set([...partsOf<FunctionPart>(parts, 'function').map(({ roleArn }) => roleArn), ...asking]);
  return partsOf<RolePart>(parts, 'role').filter(
    ({ arn, trust }) => acting.has(arn) || namesService(trust, 'scheduler.amazonaws.com'),
  );
}
