/** What a value in the template of one stack can refer to: its own resources and what earlier stacks export. */
import type { AssemblyStack } from '../assembly/cloud-assembly.ts';
import { LOCAL_ACCOUNT } from '../place.ts';
import type { Fault } from '../template/assembly-faults.ts';
import { type GivenValues, ssmValue } from '../template/given-values.ts';
import { isList, listOf, valueFault } from '../template/parameter-values.ts';
import { AlreadyTold, type ResourceValues, type Scope, Unresolved } from '../template/template-scope.ts';

/** What the stacks that were worked out before give to the others; `undefined` stands for a value that had a fault. */
export type Exported = {
  readonly byName: Map<string, unknown>;
  /** Key: stack and output name with a slash between. */
  readonly outputs: Map<string, unknown>;
};

/** `undefined` among the resources stands for one that had a fault. */
export function stackScope(
  stack: AssemblyStack,
  exported: Exported,
  resources: ReadonlyMap<string, ResourceValues | undefined>,
  given: GivenValues,
  report: (fault: Fault) => void,
): Scope {
  const { Mappings = {}, Conditions = {}, Resources } = stack.template;
  return {
    region: stack.region,
    parameters: parametersOf(stack, given, report),
    mappings: Mappings,
    conditions: Conditions,
    resource(logicalId) {
      const values = resources.get(logicalId);
      if (values !== undefined) return values;
      if (resources.has(logicalId)) throw new AlreadyTold();
      const condition = Resources[logicalId]?.Condition;
      if (condition === undefined) throw new Unresolved(`${logicalId} is neither a resource nor a parameter`);
      throw new Unresolved(`${logicalId} is not there, since the condition ${condition} does not hold`);
    },
    importValue: (name) => look(exported.byName, name, `no stack before this one exports ${name}`),
    stackOutput: (from, output) =>
      look(exported.outputs, `${from}/${output}`, `no stack ${from} before this one has an output ${output}`),
  };
}

function look(values: ReadonlyMap<string, unknown>, key: string, missing: string): unknown {
  const value = values.get(key);
  if (value !== undefined) return value;
  throw values.has(key) ? new AlreadyTold() : new Unresolved(missing);
}

function parametersOf(stack: AssemblyStack, given: GivenValues, report: (fault: Fault) => void): Map<string, unknown> {
  const values = new Map<string, unknown>([
    ['AWS::AccountId', stack.account],
    ['AWS::Region', stack.region],
    ['AWS::Partition', 'aws'],
    ['AWS::URLSuffix', 'amazonaws.com'],
    ['AWS::NotificationARNs', []],
    ['AWS::StackName', stack.name],
    ['AWS::StackId', `arn:aws:cloudformation:${stack.region}:${stack.account}:stack/${stack.name}/${LOCAL_ACCOUNT}`],
  ]);
  for (const [name, declaration] of Object.entries(stack.template.Parameters ?? {})) {
    const { Type, Default } = declaration;
    const value = stack.parameters[name] ?? Default;
    const reason =
      value === undefined
        ? `has no default, and nobody gives it a value: --parameter ${name}=<value>`
        : valueFault(declaration, value);
    if (reason !== undefined) {
      report({ stack: stack.name, property: `Parameters.${name}`, reason });
      values.set(name, new AlreadyTold());
      continue;
    }
    const [, stored] = /^AWS::SSM::Parameter::Value<(.*)>$/.exec(Type) ?? [];
    const actual = stored === undefined ? value : valueInSsm(given, String(value));
    values.set(name, isList(stored ?? Type) && !(actual instanceof Unresolved) ? listOf(actual) : actual);
  }
  return values;
}

/** Many a template has such a parameter that nothing refers to, as CDK's for its bootstrap: only its use is a fault. */
function valueInSsm(given: GivenValues, name: string): string | Unresolved {
  try {
    return ssmValue(given, name);
  } catch (error) {
    if (error instanceof Unresolved) return error;
    throw error;
  }
}
