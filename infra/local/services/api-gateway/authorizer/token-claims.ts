/** What a function sees of a token: `requestContext.authorizer.jwt`. */

export type JwtIdentity = {
  readonly claims: Readonly<Record<string, string>>;
  /** All those of the token, on a route that asks for some. */
  readonly scopes: readonly string[] | null;
};

type Claims = Readonly<Record<string, unknown>>;

/** As measured on the service: every claim is a text, and one that is null is left out. */
export function jwtIdentity(claims: Claims, routeScopes: readonly string[]): JwtIdentity {
  const texts = Object.entries(claims)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => [name, claimText(value)]);
  return { claims: Object.fromEntries(texts), scopes: routeScopes.length === 0 ? null : scopesOf(claims) };
}

/** `scp` if there is one, else `scope`: words of a text, or a list. */
export function scopesOf({ scp, scope }: Claims): string[] {
  const value = scp ?? scope;
  if (Array.isArray(value)) return value.filter((each) => typeof each === 'string');
  return typeof value === 'string' ? value.split(' ').filter((word) => word !== '') : [];
}

/** A list is `[a b]`. How the service shows an object inside a list is not known; here it is JSON. */
function claimText(value: unknown): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? `[${value.map(claimText).join(' ')}]` : JSON.stringify(value);
}
