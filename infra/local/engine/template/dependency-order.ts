/** Resources and stacks in an order in which each finds what it refers to. */
import { isIntrinsic } from './resolve.ts';
import type { TemplateResource } from './template.ts';
import { referencesOfSub } from './text-functions.ts';

/** Names that a value refers to by `Ref`, `Fn::GetAtt` or `Fn::Sub`, at any depth; parameters among them. */
export function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, part]) => {
    if (!isIntrinsic(key)) return referencesIn(part);
    if (key === 'Ref') return [String(part)];
    if (key === 'Fn::GetAtt') return [String(Array.isArray(part) ? part[0] : String(part).split('.')[0])];
    if (key === 'Fn::Sub') return [...safely(part).flatMap(referencesIn), ...referencesIn(part)];
    return referencesIn(part);
  });
}

/** A malformed `Fn::Sub` is told when its value is worked out; for the order it refers to nothing. */
function safely(argument: unknown): unknown[] {
  try {
    return referencesOfSub(argument);
  } catch {
    return [];
  }
}

/** Names of the resources that must be there before this one. */
export function dependenciesOf(resource: TemplateResource): string[] {
  const named = resource.DependsOn === undefined ? [] : [resource.DependsOn].flat();
  return [...referencesIn(resource.Properties), ...named];
}

export type Order = { readonly order: string[]; readonly cycle?: string[] };

/**
 * Every key after all the keys it depends on; dependencies that are not keys are passed over. Keys without a tie keep
 * their order. With a cycle, `cycle` is its path, first name repeated at the end, and the order is not complete.
 */
export function inOrder(dependencies: ReadonlyMap<string, readonly string[]>): Order {
  const order: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (key: string, path: readonly string[]): string[] | undefined => {
    if (state.get(key) === 'done') return undefined;
    if (state.get(key) === 'open') return [...path.slice(path.indexOf(key)), key];
    state.set(key, 'open');
    for (const dependency of dependencies.get(key) ?? []) {
      const cycle = dependencies.has(dependency) ? visit(dependency, [...path, key]) : undefined;
      if (cycle !== undefined) return cycle;
    }
    state.set(key, 'done');
    order.push(key);
    return undefined;
  };
  for (const key of dependencies.keys()) {
    const cycle = visit(key, []);
    if (cycle !== undefined) return { order, cycle };
  }
  return { order };
}
