/** Assemblies that run as one, and the values that a person gives to the parameters of their stacks. */
import type { AssemblyStack, CloudAssembly } from './cloud-assembly.ts';

/** Stacks in the order of the assemblies, so that one may import what an earlier one exports. Throws for a stack name in two. */
export function joined(assemblies: readonly CloudAssembly[]): CloudAssembly {
  const stacks = assemblies.flatMap((assembly) => assembly.stacks.map((stack) => ({ stack, folder: assembly.folder })));
  for (const { stack, folder } of stacks) {
    const other = stacks.find((each) => each.stack.name === stack.name && each.folder !== folder);
    if (other !== undefined) {
      throw new Error(
        `${folder} and ${other.folder} both have a stack ${stack.name}; one of them has to be named anew.`,
      );
    }
  }
  return {
    folder: assemblies.map(({ folder }) => folder).join(', '),
    stacks: stacks.map(({ stack }) => stack),
    assets: new Map(assemblies.flatMap(({ assets }) => [...assets])),
  };
}

/**
 * The assembly with the values that are given to parameters, by `<name>` for every stack that has it or by `<stack>.<name>`. Throws
 * one line that names every parameter that no stack has.
 */
export function withParameters(assembly: CloudAssembly, given: Readonly<Record<string, string>>): CloudAssembly {
  const namesOf = ({ name, template }: AssemblyStack) =>
    Object.keys(template.Parameters ?? {}).flatMap((parameter) => [parameter, `${name}.${parameter}`]);
  const known = new Set(assembly.stacks.flatMap(namesOf));
  const unknown = Object.keys(given).filter((name) => !known.has(name));
  if (unknown.length > 0) {
    const those = [...known].filter((name) => !name.includes('.')).join(', ') || 'none';
    throw new Error(`No stack has the parameter ${unknown.join(', ')}. Parameters here: ${those}.`);
  }
  const stacks = assembly.stacks.map((stack) => {
    const values = Object.keys(stack.template.Parameters ?? {}).flatMap((parameter) => {
      const value = given[`${stack.name}.${parameter}`] ?? given[parameter];
      return value === undefined ? [] : [[parameter, value]];
    });
    return { ...stack, parameters: { ...stack.parameters, ...Object.fromEntries(values) } };
  });
  return { ...assembly, stacks };
}
