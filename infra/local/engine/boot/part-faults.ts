/** Parts that name what is not there, do not go together, or stand twice are faults of the template. */
import type { Fault } from '../template/assembly-faults.ts';
import type { Part, PartFault, Planned, ResourceKinds } from './resource-kind.ts';

/** What the services say of each part, in the order of the assembly, and then what stands twice. */
export function partFaults(planned: Planned, kinds: ResourceKinds): Fault[] {
  const { parts } = planned;
  const checksOf = (part: Part) => kinds.get(part.place.type)?.checks ?? {};
  const own = parts.flatMap((part) =>
    (checksOf(part).faults?.(part, planned) ?? []).map((fault) => faultOf(part, fault)),
  );
  const seen = new Set<string>();
  const twice = parts.flatMap((part) => {
    const identity = checksOf(part).identity?.(part);
    if (identity === undefined) return [];
    if (seen.has(identity)) return [faultOf(part, { reason: `there is already a ${identity} in the assembly` })];
    seen.add(identity);
    return [];
  });
  return [...own, ...twice];
}

function faultOf({ place }: Part, { property, reason, absent }: PartFault): Fault {
  const { stack, logicalId, cdkPath, type } = place;
  return { stack, logicalId, cdkPath, type, property, reason, ...(absent && { absent }) };
}
