/** One resource of a template becomes a part to run, or all its faults are told. */
import type { z } from 'zod';
import type { AssemblyStack } from '../assembly/cloud-assembly.ts';
import type { LocalUrls, Place } from '../place.ts';
import { resolve } from '../template/resolve.ts';
import type { Fault, TemplateResource } from '../template/template.ts';
import { AlreadyTold, type Scope } from '../template/template-scope.ts';
import { noEffect } from './property-values.ts';
import type { Made, ResourceKinds } from './resource-kind.ts';

/** `undefined` when it had a fault; every fault in it was reported. */
export function planResource(given: {
  readonly stack: AssemblyStack;
  readonly logicalId: string;
  readonly resource: TemplateResource;
  readonly scope: Scope;
  readonly urls: LocalUrls;
  readonly kinds: ResourceKinds;
  readonly report: (fault: Fault) => void;
}): Made | undefined {
  const { stack, logicalId, resource, scope } = given;
  const { Type: type, Properties: properties = {}, Metadata: metadata } = resource;
  const noted = metadata?.['aws:cdk:path'];
  const cdkPath = typeof noted === 'string' ? noted : stack.cdkPaths.get(logicalId);
  const report = (reason: string, property?: string) =>
    given.report({ stack: stack.name, logicalId, cdkPath, type, property, reason });
  const kind = given.kinds.get(type);
  if (kind === undefined) {
    report('this type is not known to the local cloud');
    return undefined;
  }
  const place: Place = {
    stack: stack.name,
    logicalId,
    cdkPath,
    type,
    account: stack.account,
    region: stack.region,
    urls: given.urls,
  };
  if (kind.properties === undefined) return kind.make({}, place);

  const withFault = new Set<string>();
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(properties)) {
    if (kind.properties.shape[name] === noEffect) continue;
    const resolved = resolve(value, scope, name, (path, fault) => {
      withFault.add(name);
      if (!(fault instanceof AlreadyTold)) report(fault.message, path);
    });
    if (resolved !== undefined) values[name] = resolved;
  }
  const parsed = kind.properties.safeParse(values);
  for (const { property, reason } of (parsed.error?.issues ?? []).flatMap(told)) {
    // What is wrong only because a value inside could not be worked out was told with that value.
    if (!withFault.has(property.split(/[.[]/)[0] ?? '') || reason === NOT_KNOWN) report(reason, property);
  }
  return parsed.success && withFault.size === 0 ? kind.make(parsed.data, place) : undefined;
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
