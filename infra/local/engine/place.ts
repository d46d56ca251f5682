/** Where a resource stands in the assembly, and the names that follow from it, the same in every run. */
import { createHash } from 'node:crypto';

/** The account and region that pseudo parameters and ARNs of a local run carry. */
export const LOCAL_ACCOUNT = '000000000000';
export const LOCAL_REGION = 'eu-west-1';

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
  /** Of the function URL with this id, without a slash at its end. */
  readonly functionUrl: (urlId: string) => string;
  /** A text of the template with local addresses in place of those that something of this run would have when deployed. */
  readonly inText: (text: string) => string;
};

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
