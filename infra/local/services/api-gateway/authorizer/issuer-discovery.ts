/** An issuer says where its keys are (OpenID Connect Discovery 1.0), and they are fetched from there. */
import { type RsaKeySet, rsaKeySet } from './rsa-key-set.ts';

/** What the service tells the client, in the words that were seen in its answers and logs. */
export const DISCOVERY_FAILED = 'OIDC discovery endpoint communication error';
const KEYS_FAILED = 'JWKS communication error';

/** The keys of an issuer cannot be had; `description` is for the client, `message` for the log. */
export class KeysUnavailable extends Error {
  readonly description: string;
  constructor(description: string, message: string) {
    super(message);
    this.description = description;
  }
}

/** API Gateway quotas, "HTTP API": for each of the two, "JWKS and OIDC fetch". */
const FETCH_MS = 1_500;
const FETCH_BYTES = 150_000;

/** The service asks https only. Here also http on this machine, for an identity provider that runs beside the app. */
export function mayBeAsked(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  const here = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
  return protocol === 'https:' || (protocol === 'http:' && here);
}

/** Rejects with {@link KeysUnavailable}. */
export async function fetchKeySet(issuer: string): Promise<RsaKeySet> {
  const discovery = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const document = await fetchJson(discovery, DISCOVERY_FAILED);
  const { jwks_uri: address } = Object(document);
  if (typeof address !== 'string' || !mayBeAsked(address)) {
    throw new KeysUnavailable(DISCOVERY_FAILED, `${discovery} has no jwks_uri that may be asked`);
  }
  const content = await fetchJson(address, KEYS_FAILED);
  try {
    return rsaKeySet(content);
  } catch (error) {
    throw new KeysUnavailable(KEYS_FAILED, `${address} ${reasonOf(error)}`);
  }
}

async function fetchJson(address: string, description: string): Promise<unknown> {
  try {
    // A redirect could lead away from https.
    const response = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(FETCH_MS) });
    if (!response.ok) throw new Error(`answers ${response.status}`);
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
      size += chunk.length;
      if (size > FETCH_BYTES) throw new Error('gives more than 150,000 bytes');
      chunks.push(chunk);
    }
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch (error) {
    throw new KeysUnavailable(description, `${address} ${reasonOf(error)}`);
  }
}

/** To follow the address. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'does not answer within 1.5 s';
  if (error instanceof SyntaxError) return 'gives no JSON';
  // What `fetch` says itself is "fetch failed".
  return error.cause instanceof Error ? `cannot be reached: ${error.cause.message}` : error.message;
}
