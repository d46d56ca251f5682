/**
 * Types of resource that a person leaves out of a run. Their resources are neither looked at nor started; what refers to one gets a text
 * with its logical id: `Ref` the id itself, an attribute an ARN where its name says so, else `<id>.<attribute>`.
 */
import type { CloudAssembly } from '../assembly/cloud-assembly.ts';
import { arn, type Place } from '../place.ts';
import { shortened } from '../template/assembly-faults.ts';
import type { ResourceKind, ResourceKinds } from './resource-kind.ts';

export type LeftOut = {
  readonly kinds: ResourceKinds;
  /** One for each type, for a person: how many resources of it there are, and where. */
  readonly lines: readonly string[];
};

/** A `*` at the end of a type stands for all that begin so. Throws one line for a type that no stack has. */
export function leftOut(kinds: ResourceKinds, { stacks }: CloudAssembly, without: readonly string[]): LeftOut {
  const resources = stacks.flatMap(({ name, template }) =>
    Object.entries(template.Resources).map(([id, { Type }]) => ({ type: Type, place: `${name}/${id}` })),
  );
  const fits = (wanted: string, type: string) =>
    wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
  const absent = without.filter((wanted) => !resources.some(({ type }) => fits(wanted, type)));
  if (absent.length > 0) throw new Error(`No stack has a resource of the type ${absent.join(', ')}.`);
  const out = Map.groupBy(
    resources.filter(({ type }) => without.some((wanted) => fits(wanted, type))),
    ({ type }) => type,
  );
  return {
    kinds: new Map([...kinds, ...[...out.keys()].map((type) => [type, absentKind] as const)]),
    lines: [...out].map(
      ([type, group]) => `left out: ${group.length} ${type}: ${shortened(group.map(({ place }) => place))}`,
    ),
  };
}

const absentKind: ResourceKind = {
  make: (_, place) => ({
    values: { ref: place.logicalId, attributes: {}, otherAttribute: (name) => attributeText(place, name) },
  }),
};

function attributeText(place: Place, name: string): string {
  if (!/arn$/i.test(name)) return `${place.logicalId}.${name}`;
  const [, service = 'unknown'] = /^AWS::(\w+)::/.exec(place.type) ?? [];
  return arn(place, service.toLowerCase(), place.logicalId);
}
