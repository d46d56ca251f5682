/** An issuer of tokens with keys of its own, over HTTP on this machine or as a key set. */
import type { webcrypto } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import { exportJWK, generateKeyPair, type JWK, type JWTHeaderParameters, SignJWT } from 'jose';
import { listenOnLoopback, stopServer } from '../../../../../../infra/local/engine/loopback.ts';

export type SigningKey = { readonly kid: string; readonly jwk: JWK; readonly privateKey: webcrypto.CryptoKey };

export async function signingKey(kid: string, alg = 'RS256'): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, jwk: { ...(await exportJWK(publicKey)), kid }, privateKey };
}

/** Signed by the key, with RS256 unless the header says otherwise. */
export function signed(key: SigningKey, claims: object, header: Partial<JWTHeaderParameters> = {}): Promise<string> {
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: key.kid, ...header })
    .sign(key.privateKey, { crit: { x: true } });
}

/** With every claim of the header and body as it stands, and a signature that is none. */
export function madeUp(header: object, claims: unknown, signature = 'bm9uZQ'): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(claims)}.${signature}`;
}

/** Answers discovery and keys until told otherwise, and counts what it is asked. */
export async function startIssuer(...keys: readonly SigningKey[]) {
  const published = [...keys];
  const asked: string[] = [];
  let answer: RequestListener | undefined;
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (answer !== undefined) return answer(request, response);
    const isDiscovery = request.url === '/.well-known/openid-configuration';
    const document = isDiscovery ? { jwks_uri: `${url}/keys` } : { keys: published.map(({ jwk }) => jwk) };
    return response.end(JSON.stringify(document));
  });
  const url = await listenOnLoopback(server, 0);
  return {
    url,
    asked,
    publish: (key: SigningKey) => void published.push(key),
    answerWith: (listener: RequestListener | undefined) => {
      answer = listener;
    },
    stop: () => stopServer(server),
  };
}
