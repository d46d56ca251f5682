/** Keys are fetched when a token asks for them, kept for two hours, and told to be missing in one line. */
import type { RequestListener } from 'node:http';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mayBeAsked } from '../../../../../../infra/local/services/api-gateway/authorizer/issuer-discovery.ts';
import { createIssuerKeys } from '../../../../../../infra/local/services/api-gateway/authorizer/issuer-keys.ts';
import { rsaKeySet } from '../../../../../../infra/local/services/api-gateway/authorizer/rsa-key-set.ts';
import { manualClock, recordedLog } from '../../eventbridge/bus-fixtures.ts';
import { type SigningKey, signingKey, startIssuer } from './token-issuer.ts';

const DISCOVERY = '/.well-known/openid-configuration';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let key: SigningKey;
let other: SigningKey;
let issuer: Awaited<ReturnType<typeof startIssuer>>;
beforeAll(async () => {
  [key, other] = await Promise.all([signingKey('one'), signingKey('two')]);
});
beforeEach(async () => {
  issuer = await startIssuer(key);
  return () => issuer.stop();
});

function keysWith(given: Parameters<typeof createIssuerKeys>[0]['given'] = new Map()) {
  const time = manualClock();
  const { log, lines } = recordedLog();
  const { keysOf } = createIssuerKeys({ given, file: 'values.json', clock: time.clock, log });
  return { ids: async (kid: string, of = issuer.url) => [...(await keysOf(of, kid)).keys()], time, lines };
}

describe('Keys of an issuer', () => {
  it('are fetched by discovery at the first token, once for all that come at the same time', async () => {
    const { ids } = keysWith();
    expect(issuer.asked).toEqual([]);
    expect(await Promise.all([ids('one'), ids('one'), ids('two')])).toEqual([['one'], ['one'], ['one']]);
    expect(issuer.asked).toEqual([DISCOVERY, '/keys']);
  });

  it('are found also where the issuer ends in a slash', async () => {
    expect(await keysWith().ids('one', `${issuer.url}/`)).toEqual(['one']);
  });

  it('are kept for two hours', async () => {
    const { ids, time } = keysWith();
    await ids('one');
    time.sleep(2 * HOUR - 1);
    await ids('one');
    expect(issuer.asked).toHaveLength(2);
    time.sleep(1);
    await ids('one');
    expect(issuer.asked).toHaveLength(4);
  });

  it('are fetched again for a key that is new, at most once in a minute', async () => {
    const { ids, time } = keysWith();
    await ids('one');
    issuer.publish(other);
    time.sleep(MINUTE - 1);
    expect(await ids('two')).toEqual(['one']);
    expect(issuer.asked).toHaveLength(2);
    time.sleep(1);
    expect(await ids('two')).toEqual(['one', 'two']);
    expect(await ids('three')).toEqual(['one', 'two']);
    expect(issuer.asked).toHaveLength(4);
  });

  it('are those of the file where it has some, and nobody is asked', async () => {
    const { ids } = keysWith(new Map([[issuer.url, rsaKeySet({ keys: [other.jwk] })]]));
    expect(await ids('one')).toEqual(['two']);
    expect(issuer.asked).toEqual([]);
  });
});

describe('Keys that cannot be had', () => {
  const big = JSON.stringify({ keys: [], padding: 'x'.repeat(150_000) });
  it.each([
    ['an error', (_: unknown, response: Answering) => response.writeHead(503).end(), DISCOVERY, 'answers 503'],
    ['a page', (_: unknown, response: Answering) => response.end('<html>'), DISCOVERY, 'gives no JSON'],
    [
      'nothing of use',
      (_: unknown, response: Answering) => response.end('[]'),
      DISCOVERY,
      'has no jwks_uri that may be asked',
    ],
    [
      'keys elsewhere, unprotected',
      (_: unknown, response: Answering) => response.end('{"jwks_uri":"http://keys.example/"}'),
      DISCOVERY,
      'has no jwks_uri that may be asked',
    ],
    [
      'another address',
      (_: unknown, response: Answering) => response.writeHead(302, { location: '/elsewhere' }).end(),
      DISCOVERY,
      'cannot be reached: unexpected redirect',
    ],
    ['too much', (_: unknown, response: Answering) => response.end(big), DISCOVERY, 'gives more than 150,000 bytes'],
    ['no answer', () => {}, DISCOVERY, 'does not answer within 1.5 s'],
  ])('because of %s are told', async (_, answer, path, reason) => {
    const { ids, lines } = keysWith();
    issuer.answerWith(answer);
    await expect(ids('one')).rejects.toMatchObject({ description: 'OIDC discovery endpoint communication error' });
    expect(lines).toEqual([
      `error authorizer: no keys of ${issuer.url}: ${issuer.url}${path} ${reason}. To do without it, give them in values.json: ` +
        `{ "jwt": { "${issuer.url}": "<file with its JSON Web Key Set>" } }`,
    ]);
  });

  it('because of the key set itself are told too', async () => {
    const { ids, lines } = keysWith();
    const answers: Record<string, string> = { [DISCOVERY]: JSON.stringify({ jwks_uri: `${issuer.url}/keys` }) };
    issuer.answerWith((request, response) => response.end(answers[request.url ?? ''] ?? '{"keys":[]}'));
    await expect(ids('one')).rejects.toMatchObject({ description: 'JWKS communication error' });
    expect(lines[0]).toContain(`${issuer.url}/keys has no RSA key of 2,048 bits or more with a "kid". To do without`);
  });

  it('are told once for a reason, are asked for again with the next token, and are there when the issuer is', async () => {
    const { ids, lines, time } = keysWith();
    const failing: RequestListener = (_, response) => response.writeHead(500).end();
    issuer.answerWith(failing);
    await expect(ids('one')).rejects.toThrow();
    await expect(ids('one')).rejects.toThrow();
    expect([lines.length, issuer.asked.length]).toEqual([1, 2]);
    issuer.answerWith(undefined);
    expect(await ids('one')).toEqual(['one']);
    expect(lines).toHaveLength(1);

    issuer.answerWith(failing);
    time.sleep(2 * HOUR);
    await expect(ids('one')).rejects.toThrow();
    expect(lines).toHaveLength(2);
  });

  it('of a pool of the templates are not asked for on the network', async () => {
    const { ids, lines } = keysWith();
    await expect(ids('one', 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_local0123456789')).rejects.toThrow();
    expect(lines[0]).toContain('eu-west-1_local0123456789: no user pool runs here. To do without it, give them in');
  });
});

it.each([
  ['https://issuer.example/path', true],
  ['http://127.0.0.1:8080', true],
  ['http://localhost:8080/realms/a', true],
  ['http://[::1]:8080', true],
  ['http://issuer.example', false],
  ['http://127.0.0.1.evil.example', false],
  ['http://localhost.evil.example', false],
  ['file:///etc/passwd', false],
  ['issuer', false],
])('An issuer at %s may be asked: %s', (address, may) => {
  expect(mayBeAsked(address)).toBe(may);
});

type Answering = Parameters<NonNullable<Parameters<typeof issuer.answerWith>[0]>>[1];
