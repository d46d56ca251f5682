/** The bus that a request means, and how a request fails as a whole. */
import type { LocalEventBus } from './event-bus.ts';

/** By ARN. */
export type Buses = ReadonlyMap<string, LocalEventBus>;

/**
 * The bus by name or ARN; `default` when neither is given. Every account and region has a default bus: of several buses with the
 * name it is the one in the caller's region.
 */
export function findBus(
  buses: Buses,
  nameOrArn: string | null | undefined,
  region?: string,
): LocalEventBus | undefined {
  const wanted = nameOrArn ?? 'default';
  const named = [...buses.values()].filter(({ name }) => name === wanted);
  return buses.get(wanted) ?? named.find(({ arn }) => arn.split(':')[3] === region) ?? named[0];
}

/** The region that a client signs its requests for. */
export function signedRegion(authorization: string | undefined): string | undefined {
  return /Credential=[^/]+\/\d+\/([^/]+)\//.exec(authorization ?? '')?.[1];
}

/** `code` is the exception's name in the service's model; `message` reaches the caller. */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = 'ServiceError';
    this.code = code;
    this.status = status;
  }
}
