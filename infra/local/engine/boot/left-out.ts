/**
 * What a person leaves out of a run: types of resource, and single resources. They are neither looked at nor started; what refers to
 * one gets a text with its logical id: `Ref` the id itself, or an ARN where it is one when deployed; an attribute an ARN where its name
 * says so, else `<id>.<attribute>`.
 */
import type { CloudAssembly } from '../assembly/cloud-assembly.ts';
import { arn, type Place } from '../place.ts';
import { shortened } from '../template/assembly-faults.ts';
import type { TemplateResource } from '../template/template.ts';
import type { ResourceKind, ResourceKinds } from './resource-kind.ts';

export type LeftOut = {
  /** What is left out has a type of its own, and nothing else. */
  readonly assembly: CloudAssembly;
  readonly kinds: ResourceKinds;
  /** One for each type, for a person: how many resources of it there are, and where. */
  readonly lines: readonly string[];
};

/** Without are types, with a `*` at the end all that begin so, and `<stack>/<logical id>`. Throws one line for what no stack has. */
export function leftOut(kinds: ResourceKinds, assembly: CloudAssembly, without: readonly string[]): LeftOut {
  const found = new Map<string, string[]>();
  const unused = new Set(without);
  const kept = (stack: string) => (id: string, resource: TemplateResource) => {
    const { Type: type } = resource;
    const fitting = without.filter((wanted) => fits(wanted, type, `${stack}/${id}`));
    for (const wanted of fitting) unused.delete(wanted);
    if (fitting.length === 0) return resource;
    found.set(type, [...(found.get(type) ?? []), `${stack}/${id}`]);
    return { Type: leftOutType(type), ...(resource.Condition !== undefined && { Condition: resource.Condition }) };
  };
  const stacks = assembly.stacks.map((stack) => {
    const keep = kept(stack.name);
    const resources = Object.entries(stack.template.Resources).map(([id, resource]) => [id, keep(id, resource)]);
    return { ...stack, template: { ...stack.template, Resources: Object.fromEntries(resources) } };
  });
  if (unused.size > 0) throw new Error(`No stack has ${[...unused].join(', ')}: a type, or <stack>/<logical id>.`);
  return {
    assembly: { ...assembly, stacks },
    kinds: new Map([...kinds, ...[...found.keys()].map((type) => [leftOutType(type), absentKind] as const)]),
    lines: [...found].map(([type, places]) => `left out: ${places.length} ${type}: ${shortened(places)}`),
  };
}

const fits = (wanted: string, type: string, place: string): boolean =>
  wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : wanted === type || wanted === place;

const leftOutType = (type: string) => `${type} (left out)`;

const absentKind: ResourceKind = {
  make: (_, place) => ({
    values: { ref: refText(place), attributes: {}, otherAttribute: (name) => attributeText(place, name) },
  }),
};

/** The part of the ARN before the id, of types whose `Ref` is an ARN. That of a secret ends in six characters by chance. */
const BY_ARN: Readonly<Record<string, (id: string) => readonly [service: string, resource: string]>> = {
  'AWS::SecretsManager::Secret': (id) => ['secretsmanager', `secret:${id}-local0`],
  'AWS::StepFunctions::StateMachine': (id) => ['states', `stateMachine:${id}`],
  'AWS::ElasticLoadBalancingV2::LoadBalancer': (id) => ['elasticloadbalancing', `loadbalancer/app/${id}/local`],
};

function refText(place: Place): string {
  const known = Object.entries(BY_ARN).find(([type]) => leftOutType(type) === place.type)?.[1];
  return known === undefined ? place.logicalId : arn(place, ...known(place.logicalId));
}

function attributeText(place: Place, name: string): string {
  if (!/arn$/i.test(name)) return `${place.logicalId}.${name}`;
  const [, service = 'unknown'] = /^AWS::(\w+)::/.exec(place.type) ?? [];
  return arn(place, service.toLowerCase(), place.logicalId);
}
