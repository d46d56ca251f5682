/** A key set is read for what can verify a signature. */
import { exportJWK } from 'jose';
import { expect, it } from 'vitest';
import { rsaKeySet } from '../../../../../../infra/local/services/api-gateway/authorizer/rsa-key-set.ts';
import { signingKey } from './token-issuer.ts';

it('Only RSA keys for signatures count, by their id, and of a key pair only what is public', async () => {
  const key = await signingKey('pair');
  const pair = { ...(await exportJWK(key.privateKey)), kid: 'pair' };
  const { n, e } = key.jwk;
  const keys = rsaKeySet({
    keys: [
      pair,
      { kty: 'RSA', kid: 'signing', use: 'sig', alg: 'RS256', n, e, x5t: 'more' },
      { kty: 'RSA', kid: 'encrypting', use: 'enc', n, e },
      { kty: 'RSA', n, e },
      { kty: 'RSA', kid: 'short', n: 'AQAB', e: 'AQAB' },
      { kty: 'RSA', kid: 'broken', n: 7, e },
      { kty: 'EC', kid: 'curve', crv: 'P-256', x: 'x', y: 'y' },
      { kty: 'oct', kid: 'secret', k: 'c2VjcmV0' },
      null,
    ],
  });
  expect([...keys].map(([kid, { type }]) => [kid, type])).toEqual([
    ['pair', 'public'],
    ['signing', 'public'],
  ]);
});

it('Of two keys with one id the first counts', async () => {
  const [one, other] = await Promise.all([signingKey('same'), signingKey('same')]);
  const keys = rsaKeySet({ keys: [one.jwk, other.jwk] });
  expect(keys.get('same')?.export({ format: 'jwk' })).toMatchObject({ n: one.jwk.n });
});

it.each([
  [{}, 'is no JSON Web Key Set: { "keys": [ … ] }'],
  [null, 'is no JSON Web Key Set'],
  [{ keys: {} }, 'is no JSON Web Key Set'],
  [{ keys: [] }, 'has no RSA key of 2,048 bits or more with a "kid"'],
  [{ keys: [{ kty: 'RSA', kid: 'a', n: 'AQAB', e: 'AQAB' }] }, 'has no RSA key of 2,048 bits or more with a "kid"'],
])('What is none is refused: %j', (content, message) => {
  expect(() => rsaKeySet(content)).toThrow(message);
});
