/** What does the local cloud know about a type of resource, and what becomes of one resource of it? */
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { ResourceValues } from '../template/scope.ts';
import type { Part } from './parts.ts';

/** Where a resource stands in the assembly. */
export type Place = {
  readonly stack: string;
  readonly logicalId: string;
  readonly cdkPath?: string;
  readonly type: string;
  readonly account: string;
  readonly region: string;
  readonly urls: LocalUrls;
};

/** Addresses that values of the template carry. */
export type LocalUrls = {
  readonly sqs: string;
  /** Of the HTTP API with this id. */
  readonly api: (apiId: string) => string;
};

/** What other resources see of it, and what has to run for it (if anything). */
export type Made = { readonly values: ResourceValues; readonly part?: Part };

export type ResourceKind = {
  /** Absent: nothing about this type has an effect on a laptop, so its properties are not looked at. */
  readonly properties?: z.ZodObject;
  readonly make: (properties: unknown, place: Place) => Made;
};

/** A type of resource that runs locally. `make` is pure; what it returns is started later. */
export function runs<Schema extends z.ZodObject>(
  properties: Schema,
  make: (properties: z.output<Schema>, place: Place) => Made,
): ResourceKind {
  // The schema's own output is what `make` takes: only a parsed value is ever given to it.
  return { properties, make: (parsed, place) => make(parsed as z.output<Schema>, place) };
}

/**
 * The name of a resource that the template gives none: the same in every run, so that a table that was made before is
 * found again. Longer names than the service allows end in a hash.
 */
export function physicalName({ stack, logicalId }: Place, maximum: number, suffix = ''): string {
  const name = `${stack}-${logicalId}${suffix}`;
  if (name.length <= maximum) return name;
  const hash = hashOf(name).slice(0, 12);
  return `${name.slice(0, maximum - hash.length - suffix.length - 1)}-${hash}${suffix}`;
}

/** Ten letters and digits, the same in every run, as the ids of API Gateway. */
export function shortId(place: Pick<Place, 'stack' | 'logicalId'>): string {
  return BigInt(`0x${hashOf(`${place.stack}/${place.logicalId}`).slice(0, 16)}`)
    .toString(36)
    .padStart(10, '0')
    .slice(0, 10);
}

/** A UUID, the same in every run. */
export function stableUuid(place: Place): string {
  const hash = hashOf(`${place.stack}/${place.logicalId}`);
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

export function arn(place: Pick<Place, 'account' | 'region'>, service: string, resource: string): string {
  return `arn:aws:${service}:${place.region}:${place.account}:${resource}`;
}

function hashOf(value: string): string {
  return createHash('sha256').update(value).digest('hex');
}
