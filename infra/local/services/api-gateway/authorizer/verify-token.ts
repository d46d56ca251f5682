/**
 * A token is what its issuer signed for this audience at this time, or is refused in the words of the service. Of those, an invalid
 * number of segments, the signing method, the issuer, the audience and the keys that cannot be had were seen in its answers and logs
 * (the audience also in its guide, "Troubleshooting issues with HTTP API JWT authorizers"); the others are made up.
 */
import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import { KeysUnavailable } from './issuer-discovery.ts';
import type { RsaKeySet } from './rsa-key-set.ts';

export type TokenRules = {
  readonly issuer: string;
  /** Of which the token must have one, as `aud`, or as `client_id` when it has no `aud`. */
  readonly audience: readonly string[];
};

export type VerifiedToken =
  | { readonly ok: true; readonly claims: JWTPayload }
  /** `description` is plain ASCII without quotes: nothing of the token gets into it. */
  | { readonly ok: false; readonly description: string };

/** The service takes "RSA-based algorithms" and was seen to take none but these; whether it takes PS256 is not known. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512'];

/** Never rejects, whatever the token is. `now` is in milliseconds. */
export async function verifyToken(
  token: string,
  { issuer, audience }: TokenRules,
  keysOf: (kid: string) => Promise<RsaKeySet>,
  now: number,
): Promise<VerifiedToken> {
  if (token.split('.').length !== 3) return refused('token contains an invalid number of segments');
  try {
    const { alg, kid } = decodeProtectedHeader(token);
    if (!ALGORITHMS.includes(alg ?? '')) return refused(`signing method ${algorithmName(alg)} is invalid`);
    if (typeof kid !== 'string' || kid === '') return refused('the token has no key id');
    const key = (await keysOf(kid)).get(kid);
    if (key === undefined) return refused('the token has an unknown key id');
    const { payload } = await jwtVerify(token, key, {
      algorithms: ALGORITHMS,
      issuer,
      requiredClaims: ['exp'],
      currentDate: new Date(now),
    });
    if (!isFor(audience, payload)) return refused('the token does not have a valid audience');
    if (payload.iat !== undefined && payload.iat > Math.floor(now / 1_000))
      return refused('the token was issued in the future');
    return { ok: true, claims: payload };
  } catch (error) {
    return refused(descriptionOf(error));
  }
}

function refused(description: string): VerifiedToken {
  return { ok: false, description };
}

/** It comes from whoever made the token up. */
function algorithmName(alg: unknown): string {
  return typeof alg === 'string' && /^[\w-]{1,16}$/.test(alg) ? alg : 'of the token';
}

function isFor(audience: readonly string[], { aud, client_id: client }: JWTPayload): boolean {
  const meant: unknown[] = [aud ?? client].flat();
  return audience.some((one) => meant.includes(one));
}

function descriptionOf(error: unknown): string {
  if (error instanceof KeysUnavailable) return error.description;
  if (error instanceof errors.JWTExpired) return 'the token has expired';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'the signature is invalid';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'iss') return 'issuer does not match';
    if (error.claim === 'nbf') return 'the token is not valid yet';
    if (error.claim === 'exp') return 'the token does not say when it expires';
  }
  return 'the token cannot be verified';
}
