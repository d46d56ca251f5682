/** What a function asks of a service, and what is there for it to ask about. */

/** A request as the service reads it. */
export type FunctionRequest = {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** The part of `X-Amz-Target` after the dot, or the `Action` of a form; empty where the service speaks REST. */
  readonly operation: string;
  /** The JSON of the body, or the members of the form; `{}` when it is neither. */
  readonly body: Readonly<Record<string, unknown>>;
};

/** The resources of the templates that requests name otherwise than by ARN. */
export type KnownResources = {
  readonly account: string;
  /** Of the function. */
  readonly region: string;
  readonly tables: Readonly<Record<string, KnownTable>>;
  /** ARNs by name. */
  readonly queues: Readonly<Record<string, string>>;
};

export type KnownTable = {
  readonly arn: string;
  readonly streamArn: string;
  /** Names of partition keys: of an index by its name, of the table by the empty one. */
  readonly partitionKeys: Readonly<Record<string, string>>;
};

export function arnHere({ account, region }: KnownResources, service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${account}:${resource}`;
}

/** A member of a request as a text; empty where it is none. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A member of a request as an object; empty where it is none. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return Object(value);
}
