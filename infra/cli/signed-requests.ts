/** Requests carry the signature (AWS Signature Version 4) that API Gateway asks for on routes with IAM authorization. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Requests } from './demo/demo-client.ts';

/** Gives up after the time that the gateway itself would: an answer, or nothing, is there by then. */
export const ANSWERED_WITHIN_MS = 35_000;

/**
 * Credentials and, where the address does not tell it, the region are found as every AWS tool finds them. Throws one line when
 * there are none.
 */
export async function signedRequests(url: URL, region?: string): Promise<Requests> {
  // A client of the SDK brings the usual chain; nothing is asked of its service.
  const { credentials, region: usualRegion, sha256 } = new DynamoDBClient({}).config;
  await credentials().catch(() => {
    throw new Error('There are no AWS credentials; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.');
  });
  const signedFor = region ?? regionOf(url) ?? (await usualRegion().catch(noRegion));
  const signer = new SignatureV4({ service: 'execute-api', region: signedFor, credentials, sha256 });
  return async (path, { method = 'GET', headers = {}, body } = {}) => {
    const target = new URL(`${url.pathname.replace(/\/$/, '')}${path}`, url);
    const signed = await signer.sign({
      method,
      protocol: target.protocol,
      hostname: target.hostname,
      path: target.pathname,
      query: Object.fromEntries(target.searchParams),
      headers: { ...headers, host: target.host },
      body,
    });
    const { host: _, ...sent } = signed.headers; // set again by what sends it
    return fetch(target, {
      method,
      headers: sent,
      ...(body !== undefined && { body }),
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWERED_WITHIN_MS),
    });
  };
}

const regionOf = ({ hostname }: URL): string | undefined =>
  /\.execute-api\.([\w-]+)\.amazonaws\.com/.exec(hostname)?.[1];

function noRegion(): never {
  throw new Error('The region of the API is not known; say it with --region.');
}
