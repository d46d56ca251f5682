/** What the local cloud knows about a type of resource, and what becomes of one resource of it. */
import type { z } from 'zod';
import type { AssetFiles } from '../assembly/asset-files.ts';
import type { Place } from '../place.ts';
import type { ResourceValues } from '../template/template-scope.ts';

/** Something that has to run for a resource: its definition only, everything in it is named by ARN, name or key. */
export type Part = { readonly kind: string; readonly place: Place };

/** What other resources see of it, and what has to run for it (if anything). */
export type Made<P extends Part = Part> = {
  readonly values: ResourceValues;
  readonly part?: P;
  /** What is found from here on under the name of an SSM parameter. */
  readonly ssmParameter?: { readonly name: string; readonly value: string };
};

/** All that has to run for an assembly, and the files that it brings. */
export type Planned = { readonly parts: readonly Part[]; readonly assets: AssetFiles };

export type PartFault = {
  readonly property?: string;
  readonly reason: string;
  /** What is missing may be one that has a fault of its own. */
  readonly absent?: boolean;
};

/** What can only be asked once every resource has been read. */
export type Checks<P extends Part> = {
  /** What the service keeps apart, such as `queue orders`: a second part with the same is a fault. */
  readonly identity?: (part: P) => string;
  /** What the part names and is not there, or does not go together with it. */
  readonly faults?: (part: P, planned: Planned) => readonly PartFault[];
};

export type ResourceKind = {
  /** Absent: nothing about this type has an effect on a laptop, so its properties are not looked at. */
  readonly properties?: z.ZodObject;
  /** Why this type does not run here, and what does instead. */
  readonly refusal?: string;
  readonly make: (properties: unknown, place: Place) => Made;
  readonly checks?: Checks<Part>;
};

/** By CloudFormation type. */
export type ResourceKinds = ReadonlyMap<string, ResourceKind>;

/** A type of resource that runs locally. `make` is pure; what it returns is started later. */
export function runs<Schema extends z.ZodObject, P extends Part = Part>(
  properties: Schema,
  make: (properties: z.output<Schema>, place: Place) => Made<P>,
  checks: Checks<P> = {},
): ResourceKind {
  return {
    properties,
    // The schema's own output is what `make` takes: only a parsed value is ever given to it.
    make: (parsed, place) => make(parsed as z.output<Schema>, place),
    // The parts of a type are those that its own `make` gives.
    checks: checks as Checks<Part>,
  };
}

/** The parts of one kind, in the order of the assembly. */
export function partsOf<P extends Part>(parts: readonly Part[], kind: P['kind']): P[] {
  // A kind belongs to one type of part, which is named beside it.
  return parts.filter((part) => part.kind === kind) as P[];
}

/** A fault unless it is there. */
export function missing(there: boolean, property: string, what: string, value: string): PartFault[] {
  return there ? [] : [{ property, reason: `there is no ${what} ${value} in the assembly`, absent: true }];
}
