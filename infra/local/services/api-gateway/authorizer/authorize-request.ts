/** A request to a route with a JWT authorizer carries a token that is valid and has a scope of the route, or goes no further. */
import { type Answer, gatewayAnswer } from '../gateway-response.ts';
import { headerValues, queryParameters, type ReceivedRequest } from '../payload-event.ts';
import type { IssuerKeys } from './issuer-keys.ts';
import { type JwtIdentity, jwtIdentity, scopesOf } from './token-claims.ts';
import { type TokenRules, verifyToken } from './verify-token.ts';

export type JwtAuthorizer = TokenRules & { readonly identitySource: IdentitySource };

/** Where the token is; the name of a header in any capitals. */
export type IdentitySource = { readonly from: 'header' | 'querystring'; readonly name: string };

export type Authorized =
  | { readonly ok: true; readonly jwt: JwtIdentity }
  /** `reason` is for the log. */
  | { readonly ok: false; readonly answer: Answer; readonly reason: string };

type Credentials = Pick<ReceivedRequest, 'rawHeaders' | 'query'>;

/** Rejects with URIError alone, for a query string that cannot be decoded. */
export type Authorize = (request: Credentials) => Promise<Authorized>;

/** With scopes the token must have one of them. */
export function authorizeBy(
  authorizer: JwtAuthorizer,
  scopes: readonly string[],
  { keysOf }: IssuerKeys,
  now: () => number,
): Authorize {
  return async (request) => {
    const token = tokenIn(request, authorizer.identitySource);
    if (token === '') return unauthorized('Bearer', 'the request has no token');
    const verified = await verifyToken(token, authorizer, (kid) => keysOf(authorizer.issuer, kid), now());
    if (!verified.ok) {
      const { description } = verified;
      return unauthorized(`Bearer scope="" error="invalid_token" error_description="${description}"`, description);
    }
    const has = new Set(scopesOf(verified.claims));
    if (scopes.length > 0 && !scopes.some((scope) => has.has(scope))) return forbidden(scopes);
    return { ok: true, jwt: jwtIdentity(verified.claims, scopes) };
  };
}

/** Several values of one name are one text with commas, as in the event, and so no token. */
function tokenIn({ rawHeaders, query }: Credentials, { from, name }: IdentitySource): string {
  const sent =
    from === 'header' ? headerValues(rawHeaders, name.toLowerCase()).join(',') : queryParameters(query).get(name);
  return (sent ?? '').replace(/^\s*bearer(\s+|$)/i, '').trim();
}

function unauthorized(challenge: string, reason: string): Authorized {
  return { ok: false, answer: challenging(gatewayAnswer(401, 'Unauthorized'), challenge), reason };
}

/** The header could not be checked against the service; it is that of RFC 6750. */
function forbidden(scopes: readonly string[]): Authorized {
  const reason = 'the token has no scope of the route';
  const challenge = `Bearer scope="${scopes.join(' ')}" error="insufficient_scope" error_description="${reason}"`;
  return { ok: false, answer: challenging(gatewayAnswer(403, 'Forbidden'), challenge), reason };
}

function challenging(answer: Answer, challenge: string): Answer {
  return { ...answer, headers: [...answer.headers, ['www-authenticate', challenge]] };
}
