/** Only what the issuer signed, for this audience and now, is a token; whatever else is sent is refused and harms nobody. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { KeysUnavailable } from '../../../../../../infra/local/services/api-gateway/authorizer/issuer-discovery.ts';
import {
  type RsaKeySet,
  rsaKeySet,
} from '../../../../../../infra/local/services/api-gateway/authorizer/rsa-key-set.ts';
import { verifyToken } from '../../../../../../infra/local/services/api-gateway/authorizer/verify-token.ts';
import { madeUp, type SigningKey, signed, signingKey } from './token-issuer.ts';

const NOW = Date.parse('2026-03-27T10:00:00.500Z');
const now = Math.floor(NOW / 1_000);
const rules = { issuer: 'https://issuer.example/', audience: ['shop', 'till'] };
const claims = { iss: rules.issuer, aud: 'shop', exp: now + 60, iat: now, sub: 'ada' };

let key: SigningKey;
let other: SigningKey;
let keys: RsaKeySet;
beforeAll(async () => {
  [key, other] = await Promise.all([signingKey('one'), signingKey('two')]);
  keys = rsaKeySet({ keys: [key.jwk, other.jwk] });
});

const verify = (token: string, keysOf = async () => keys) => verifyToken(token, rules, keysOf, NOW);
const refused = (description: string) => ({ ok: false, description });

describe('A token is taken', () => {
  it.each(['RS256', 'RS384', 'RS512'])('that is signed with %s', async (alg) => {
    const signer = await signingKey('own', alg);
    const token = await signed(signer, claims, { alg });
    expect(await verify(token, async () => rsaKeySet({ keys: [signer.jwk] }))).toEqual({ ok: true, claims });
  });

  it.each([
    ['for one of the audience', { aud: 'till' }],
    ['for others too', { aud: ['elsewhere', 'till'] }],
    ['of a client, without an audience', { aud: undefined, client_id: 'shop' }],
    ['that is valid from now on', { nbf: now }],
    ['that does not say when it was issued', { iat: undefined }],
  ])('%s', async (_, changed) => {
    expect(await verify(await signed(key, { ...claims, ...changed }))).toMatchObject({ ok: true });
  });
});

describe('A token is refused', () => {
  it.each([
    ['of another issuer', { iss: 'https://issuer.example' }, 'issuer does not match'],
    ['of no issuer', { iss: undefined }, 'issuer does not match'],
    ['for another audience', { aud: 'elsewhere' }, 'the token does not have a valid audience'],
    ['for nobody', { aud: undefined }, 'the token does not have a valid audience'],
    ['for a list in a list', { aud: [['shop']] }, 'the token does not have a valid audience'],
    ['for a number', { aud: 7, client_id: 'shop' }, 'the token does not have a valid audience'],
    [
      'of a client, for another audience',
      { aud: 'elsewhere', client_id: 'shop' },
      'the token does not have a valid audience',
    ],
    ['that has expired', { exp: now }, 'the token has expired'],
    ['that never expires', { exp: undefined }, 'the token does not say when it expires'],
    ['that expires at a text', { exp: `${now + 60}` }, 'the token does not say when it expires'],
    ['that is not valid yet', { nbf: now + 1 }, 'the token is not valid yet'],
    ['that is valid from a text on', { nbf: 'now' }, 'the token is not valid yet'],
    ['that was issued in the future', { iat: now + 1 }, 'the token was issued in the future'],
    ['that was issued at a text', { iat: 'now' }, 'the token cannot be verified'],
  ])('%s', async (_, changed, description) => {
    expect(await verify(await signed(key, { ...claims, ...changed }))).toEqual(refused(description));
  });

  it.each([
    ['without a signature', madeUp({ alg: 'none', kid: 'one' }, claims, ''), 'signing method none is invalid'],
    ['with no algorithm', madeUp({ kid: 'one' }, claims), 'signing method of the token is invalid'],
    [
      'with an algorithm that is none',
      madeUp({ alg: ['RS256'], kid: 'one' }, claims),
      'signing method of the token is invalid',
    ],
    [
      'with a header in the algorithm',
      madeUp({ alg: 'a"\r\nx: y', kid: 'one' }, claims),
      'signing method of the token is invalid',
    ],
    ['without a key id', madeUp({ alg: 'RS256' }, claims), 'the token has no key id'],
    ['with a key id that is none', madeUp({ alg: 'RS256', kid: { one: 1 } }, claims), 'the token has no key id'],
    ['with an unknown key id', madeUp({ alg: 'RS256', kid: '__proto__' }, claims), 'the token has an unknown key id'],
    ['with a signature that is made up', madeUp({ alg: 'RS256', kid: 'one' }, claims), 'the signature is invalid'],
    ['with two parts', 'a.b', 'token contains an invalid number of segments'],
    ['with four parts', 'a.b.c.d', 'token contains an invalid number of segments'],
    ['with five parts, as if encrypted', 'a.b.c.d.e', 'token contains an invalid number of segments'],
    ['that is nothing but dots', '..', 'the token cannot be verified'],
    ['that is no base64', '§.§.§', 'the token cannot be verified'],
    ['whose header is a list', madeUp([], claims), 'the token cannot be verified'],
    ['of a megabyte', madeUp({ alg: 'RS256', kid: 'one' }, 'x'.repeat(1e6)), 'the signature is invalid'],
  ])('%s', async (_, token, description) => {
    expect(await verify(token)).toEqual(refused(description));
  });

  it('signed with the public key as a shared secret', async () => {
    const unsigned = madeUp({ alg: 'HS256', kid: 'one' }, claims).split('.').slice(0, 2).join('.');
    const secret = keys.get('one')?.export({ type: 'spki', format: 'pem' }) ?? '';
    const token = `${unsigned}.${createHmac('sha256', secret).update(unsigned).digest('base64url')}`;
    expect(await verify(token)).toEqual(refused('signing method HS256 is invalid'));
  });

  it.each(['PS256', 'ES256', 'EdDSA'])('signed with %s', async (alg) => {
    const signer = await signingKey('one', alg);
    const token = await new SignJWT(claims).setProtectedHeader({ alg, kid: 'one' }).sign(signer.privateKey);
    expect(await verify(token)).toEqual(refused(`signing method ${alg} is invalid`));
  });

  it('signed by another key than the one it names, or changed since', async () => {
    expect(await verify(await signed(other, claims, { kid: 'one' }))).toEqual(refused('the signature is invalid'));
    const [header, , signature] = (await signed(key, claims)).split('.');
    const [, body] = madeUp({}, { ...claims, sub: 'eve' }).split('.');
    expect(await verify(`${header}.${body}.${signature}`)).toEqual(refused('the signature is invalid'));
  });

  it('that demands what nobody here understands', async () => {
    expect(await verify(await signed(key, claims, { crit: ['x'], x: 1 }))).toEqual(
      refused('the token cannot be verified'),
    );
  });

  it('whose keys cannot be had', async () => {
    const keysOf = () => Promise.reject(new KeysUnavailable('JWKS communication error', 'no network'));
    expect(await verify(await signed(key, claims), keysOf)).toEqual(refused('JWKS communication error'));
  });
});

it('Nothing that could be sent as a token makes the check fail, or gets into what is answered', async () => {
  const part = fc.oneof(
    fc.string(),
    fc.base64String(),
    fc.json().map((text) => Buffer.from(text).toString('base64url')),
  );
  const header = fc
    .record({
      alg: fc.oneof(fc.constant('RS256'), fc.string(), fc.anything()),
      kid: fc.oneof(fc.constant('one'), fc.anything()),
    })
    .filter(isJson)
    .map((value) => Buffer.from(JSON.stringify(value)).toString('base64url'));
  const token = fc.oneof(
    fc.string(),
    fc.tuple(fc.oneof(header, part), part, part).map((parts) => parts.join('.')),
  );
  await fc.assert(
    fc.asyncProperty(token, async (token) => {
      const verified = await verify(token);
      expect(verified).toMatchObject({ ok: false, description: expect.stringMatching(/^[\w -]+$/) });
    }),
    { numRuns: 300 },
  );
});

function isJson(value: unknown): boolean {
  try {
    return JSON.stringify(value) !== undefined;
  } catch {
    return false;
  }
}
