/** One resource of a template becomes a part to run, or all its faults are told. */
import { z } from 'zod';
import type { AssemblyStack } from '../assembly/cloud-assembly.ts';
import type { LocalUrls, Place } from '../place.ts';
import type { Fault } from '../template/assembly-faults.ts';
import { type GivenValues, withDynamicReferences } from '../template/given-values.ts';
import { resolve } from '../template/resolve.ts';
import type { TemplateResource } from '../template/template.ts';
import { AlreadyTold, type Scope, Unresolved } from '../template/template-scope.ts';
import { noEffect } from './property-values.ts';
import type { Made, ResourceKinds } from './resource-kind.ts';

/** `undefined` when it had a fault; every fault in it was reported. */
export function planResource(options: {
  readonly stack: AssemblyStack;
  readonly logicalId: string;
  readonly resource: TemplateResource;
  readonly scope: Scope;
  readonly urls: LocalUrls;
  readonly kinds: ResourceKinds;
  readonly given: GivenValues;
  readonly report: (fault: Fault) => void;
}): Made | undefined {
  const { stack, logicalId, resource, scope, given } = options;
  const { Type: type, Properties: properties = {}, Metadata: metadata } = resource;
  const noted = metadata?.['aws:cdk:path'];
  const cdkPath = typeof noted === 'string' ? noted : stack.cdkPaths.get(logicalId);
  const report = (reason: string, property?: string) =>
    options.report({ stack: stack.name, logicalId, cdkPath, type, property, reason });
  const kind = options.kinds.get(type);
  if (kind === undefined) {
    report('this type is not known to the local cloud');
    return undefined;
  }
  if (kind.refusal !== undefined) {
    report(kind.refusal);
    return undefined;
  }
  const place: Place = {
    stack: stack.name,
    logicalId,
    cdkPath,
    type,
    account: stack.account,
    region: stack.region,
    urls: options.urls,
  };
  if (kind.properties === undefined) return kind.make({}, place);

  const withFault = new Set<string>();
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(properties)) {
    if (kind.properties.shape[name] === noEffect) continue;
    const tell = (path: string, fault: Unresolved) => {
      withFault.add(name);
      if (!(fault instanceof AlreadyTold)) report(fault.message, path);
    };
    const finished = (text: string) => options.urls.inText(withDynamicReferences(text, given));
    const resolved = textsFinished(resolve(value, scope, name, tell), finished, name, tell);
    if (resolved !== undefined) values[name] = resolved;
  }
  // Whether properties go together can only be said of a resource that has them all.
  const schema = withFault.size === 0 ? kind.properties : z.strictObject(kind.properties.shape);
  const parsed = schema.safeParse(values);
  for (const { property, reason } of (parsed.error?.issues ?? []).flatMap(told)) {
    // What is wrong only because a value inside could not be worked out was told with that value.
    if (!withFault.has(property.split(/[.[]/)[0] ?? '') || reason === NOT_KNOWN) report(reason, property);
  }
  return parsed.success && withFault.size === 0 ? kind.make(parsed.data, place) : undefined;
}

/** The value with every text in it finished: CloudFormation replaces dynamic references last. */
function textsFinished(
  value: unknown,
  finished: (text: string) => string,
  at: string,
  tell: (path: string, fault: Unresolved) => void,
): unknown {
  if (Array.isArray(value)) return value.map((item, index) => textsFinished(item, finished, `${at}[${index}]`, tell));
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value);
    return Object.fromEntries(entries.map(([key, part]) => [key, textsFinished(part, finished, `${at}.${key}`, tell)]));
  }
  if (typeof value !== 'string') return value;
  try {
    return finished(value);
  } catch (error) {
    if (!(error instanceof Unresolved)) throw error;
    tell(at, error);
    return undefined;
  }
}

const NOT_KNOWN = 'is not known to the local cloud';

function told(issue: z.core.$ZodIssue): { property: string; reason: string }[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ property: path([...issue.path, key]), reason: NOT_KNOWN }));
  }
  const missing = issue.code === 'invalid_type' && issue.input === undefined;
  return [{ property: path(issue.path), reason: missing ? 'is missing' : issue.message }];
}

function path(keys: readonly PropertyKey[]): string {
  return keys
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${String(key)}`))
    .join('');
}
