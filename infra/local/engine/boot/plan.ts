/**
 * What has to run for an assembly, and every fault of it. Pure: nothing is started, nothing is read but the assembly.
 */
import type { AssemblyStack, CloudAssembly } from '../assembly/cloud-assembly.ts';
import type { LocalUrls } from '../place.ts';
import { AssemblyFaults, type Fault } from '../template/assembly-faults.ts';
import { dependenciesOf, inOrder } from '../template/dependency-order.ts';
import type { GivenValues } from '../template/given-values.ts';
import { holds, resolve } from '../template/resolve.ts';
import { AlreadyTold, type ResourceValues, type Scope, Unresolved } from '../template/template-scope.ts';
import { deploymentOnly } from './deployment-only.ts';
import { partFaults } from './part-faults.ts';
import { planResource } from './plan-resource.ts';
import type { Part, ResourceKinds } from './resource-kind.ts';
import { type Exported, stackScope } from './stack-scope.ts';

/** What runs, and what each stack gives to those outside: the values of its outputs by stack and name. */
export type Plan = {
  readonly parts: Part[];
  readonly outputs: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

/**
 * The parts of all stacks, as their `kinds` make them with the values that are `given` from outside, in an order in which each comes after what it refers to. Throws {@link AssemblyFaults} with
 * every fault of the assembly: unknown types, properties and functions, values out of bounds, references to nothing.
 */
export function planOf(assembly: CloudAssembly, urls: LocalUrls, kinds: ResourceKinds, given: GivenValues): Plan {
  const faults: Fault[] = [];
  const parts: Part[] = [];
  const exported: Exported = { byName: new Map(), outputs: new Map() };
  // Parameters that the templates make are found by what comes after them, whatever is given for them.
  const ssm = { ...given.ssm };
  const known = { ...given, ssm };
  const report = (fault: Fault) => faults.push(fault);
  for (const stack of assembly.stacks) {
    parts.push(...planStack({ stack, exported, urls, kinds, given: known, stored: ssm, report }));
  }
  // What is named and not there may be what has a fault, so that is asked only when there are no others.
  const whole = faults.length === 0;
  faults.push(...partFaults({ parts, assets: assembly.assets }, kinds).filter(({ absent }) => whole || !absent));
  if (faults.length > 0) throw new AssemblyFaults(faults, adviceOn(faults, kinds));
  return { parts, outputs: outputsOf(assembly, exported) };
}

/** The way around types that do not run here. */
function adviceOn(faults: readonly Fault[], kinds: ResourceKinds): string | undefined {
  const types = faults
    .filter(({ property }) => property === undefined)
    .map((fault) => fault.type ?? '')
    .filter((type) => type !== '' && (!kinds.has(type) || kinds.get(type)?.refusal !== undefined));
  const without = [...new Set(types)].map((type) => `--without ${type}`).join(' ');
  return without === ''
    ? undefined
    : `To start without what does not run, by its type or as <stack>/<logical id>: ${without}`;
}

function outputsOf({ stacks }: CloudAssembly, { outputs }: Exported): Plan['outputs'] {
  const ofStack = ({ name, template }: AssemblyStack) =>
    Object.keys(template.Outputs ?? {})
      .filter((output) => outputs.has(`${name}/${output}`))
      .map((output) => [output, outputs.get(`${name}/${output}`)]);
  return Object.fromEntries(stacks.map((stack) => [stack.name, Object.fromEntries(ofStack(stack))]));
}

function planStack(options: {
  readonly stack: AssemblyStack;
  readonly exported: Exported;
  readonly urls: LocalUrls;
  readonly kinds: ResourceKinds;
  readonly given: GivenValues;
  /** SSM parameters by name, those of this stack too once they are made. */
  readonly stored: Record<string, string>;
  readonly report: (fault: Fault) => void;
}): Part[] {
  const { stack, exported, urls, kinds, given, stored, report } = options;
  const resources = new Map<string, ResourceValues | undefined>();
  const scope = stackScope(stack, exported, resources, given, report);
  const wanted: Wanted = (condition, property, otherwise) => {
    try {
      return condition === undefined || holds({ Condition: condition }, scope);
    } catch (error) {
      if (!(error instanceof Unresolved)) throw error;
      if (!(error instanceof AlreadyTold)) report({ stack: stack.name, property, reason: error.message });
      otherwise();
      return false;
    }
  };
  const present = Object.entries(stack.template.Resources).filter(([id, { Condition }]) =>
    wanted(Condition, `${id}.Condition`, () => resources.set(id, undefined)),
  );
  const { order, cycle } = inOrder(new Map(present.map(([id, resource]) => [id, dependenciesOf(resource)])));
  if (cycle !== undefined) {
    report({ stack: stack.name, reason: `these resources need each other: ${cycle.join(' -> ')}` });
    return [];
  }
  const helpers = deploymentOnly(stack.template, kinds);
  const parts: Part[] = [];
  for (const id of order) {
    const resource = stack.template.Resources[id];
    if (resource === undefined) continue;
    // Of a helper only what it is called matters, and what is wrong with it does not.
    const helps = helpers.has(id);
    const tell = helps ? () => {} : report;
    const made = planResource({ stack, logicalId: id, resource, scope, urls, kinds, given, report: tell });
    resources.set(id, made?.values);
    if (made?.ssmParameter !== undefined) stored[made.ssmParameter.name] = made.ssmParameter.value;
    if (made?.part !== undefined && !helps) parts.push(made.part);
  }
  exportOutputs({ stack, scope, exported, wanted, urls, report });
  return parts;
}

/** Whether a condition holds; where that cannot be said, it is told and `otherwise` is called. */
type Wanted = (condition: string | undefined, property: string, otherwise: () => void) => boolean;

function exportOutputs(options: {
  readonly stack: AssemblyStack;
  readonly scope: Scope;
  readonly exported: Exported;
  readonly wanted: Wanted;
  readonly urls: LocalUrls;
  readonly report: (fault: Fault) => void;
}): void {
  const { stack, scope, exported, wanted, urls, report } = options;
  for (const [name, output] of Object.entries(stack.template.Outputs ?? {})) {
    const property = `Outputs.${name}`;
    const key = `${stack.name}/${name}`;
    let known = true;
    if (!wanted(output.Condition, property, () => (known = false)) && known) continue;
    const value = (part: unknown) => {
      const resolved = resolve(part, scope, property, (path, fault) => {
        if (!(fault instanceof AlreadyTold)) report({ stack: stack.name, property: path, reason: fault.message });
      });
      return typeof resolved === 'string' ? urls.inText(resolved) : resolved;
    };
    const worked = known ? value(output.Value) : undefined;
    exported.outputs.set(key, worked);
    if (output.Export !== undefined) exported.byName.set(String(value(output.Export.Name)), worked);
  }
}
