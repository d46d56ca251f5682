/** A synthesized app with JWT authorizers lets in who has a token of the issuer, of a file or of its user pool, and nobody else. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { CorsHttpMethod, HttpApi, type HttpMethod, type IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer, HttpUserPoolAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { OAuthScope, ResourceServerScope, UserPool } from 'aws-cdk-lib/aws-cognito';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type LocalCloud, startLocalCloud } from '../../../../../../infra/local/start.ts';
import { ownFolder } from '../../../written-assembly.ts';
import { manualClock, recordedLog } from '../../eventbridge/bus-fixtures.ts';
import { madeUp, type SigningKey, signed, signingKey, startIssuer } from './token-issuer.ts';

const OF_FILE = 'https://issuer.example/';

function synthesize(outdir: string, issuer: string): void {
  const app = new App({ outdir });
  const stack = new Stack(app, 'Shop');
  const handler = new LambdaFunction(stack, 'Handler', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async (event) => event.requestContext.authorizer ?? {};'),
  });
  const integration = new HttpLambdaIntegration('Integration', handler);
  const api = new HttpApi(stack, 'Api', {
    corsPreflight: { allowOrigins: ['https://shop.example'], allowMethods: [CorsHttpMethod.ANY] },
  });
  const route = (key: string, authorizer: IHttpRouteAuthorizer, authorizationScopes?: string[]) => {
    const [method = '', path = ''] = key.split(' ');
    api.addRoutes({ path, methods: [method as HttpMethod], integration, authorizer, authorizationScopes });
  };
  const byIssuer = new HttpJwtAuthorizer('ByIssuer', issuer, { jwtAudience: ['shop', 'till'] });
  route('GET /orders', byIssuer);
  route('POST /orders', byIssuer, ['orders/write', 'orders/admin']);
  route('ANY /anything/{proxy+}', byIssuer);
  const inQuery = { jwtAudience: ['shop'], identitySource: ['$request.querystring.token'] };
  route('GET /linked', new HttpJwtAuthorizer('InQuery', issuer, inQuery));
  const inHeader = { jwtAudience: ['shop'], identitySource: ['$request.header.X-Token'] };
  route('GET /filed', new HttpJwtAuthorizer('ByFile', OF_FILE, inHeader));

  const pool = new UserPool(stack, 'Pool', { selfSignUpEnabled: true });
  const read = new ResourceServerScope({ scopeName: 'read', scopeDescription: 'to read' });
  const server = pool.addResourceServer('Server', { identifier: 'shop', scopes: [read] });
  const client = pool.addClient('Client', { oAuth: { scopes: [OAuthScope.resourceServer(server, read)] } });
  pool.addDomain('Domain', { cognitoDomain: { domainPrefix: 'shop-of-ada' } });
  const ofPool = new HttpUserPoolAuthorizer('OfPool', pool, { userPoolClients: [client] });
  route('GET /mine', ofPool, [`${server.userPoolResourceServerId}/read`]);
  new CfnOutput(stack, 'Issuer', { value: pool.userPoolProviderUrl });
  new CfnOutput(stack, 'Client', { value: client.userPoolClientId });
  app.synth();
}

const time = manualClock('2026-03-27T10:00:00.500Z');
const now = Date.parse('2026-03-27T10:00:00Z') / 1_000;
const { log, lines } = recordedLog();
const dynamodbEndpoint = inject('dynamodbEndpoint');
const folder = ownFolder();
const assembly = join(folder, 'cdk.out');

let key: SigningKey;
let issuer: Awaited<ReturnType<typeof startIssuer>>;
let cloud: LocalCloud;

/** The pool's issuer is known once its template has been read: an app runs without the keys, and then with them. */
beforeAll(async () => {
  key = await signingKey('one');
  issuer = await startIssuer(key);
  synthesize(assembly, issuer.url);
  cloud = await startLocalCloud({ assembly, port: 0, dynamodbEndpoint, clock: time.clock, log });
});
afterAll(async () => {
  await cloud.stop();
  await issuer.stop();
});

const tokenOf = (claims: object = {}) =>
  signed(key, { iss: issuer.url, aud: 'shop', exp: now + 60, iat: now, sub: 'ada', ...claims });

async function ask(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const response = await fetch(`${cloud.url}${path}`, { method, headers });
  const text = await response.text();
  const challenge = response.headers.get('www-authenticate');
  return { status: response.status, challenge, body: text === '' ? undefined : JSON.parse(text) };
}

const bearing = async (claims?: object) => ({ authorization: `Bearer ${await tokenOf(claims)}` });
const unauthorized = (description: string) => ({
  status: 401,
  challenge: `Bearer scope="" error="invalid_token" error_description="${description}"`,
  body: { message: 'Unauthorized' },
});
const withoutToken = { status: 401, challenge: 'Bearer', body: { message: 'Unauthorized' } };

describe('A route with a JWT authorizer', () => {
  it('asks the issuer for its keys when the first token comes, and gives the function its claims as texts', async () => {
    expect(issuer.asked).toEqual([]);
    const claims = { groups: ['a', 'b'], admin: true, none: null, address: { no: 7 }, scope: 'orders/read' };
    const { status, body } = await ask('/orders', await bearing(claims));
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/keys']);
    expect([status, body]).toEqual([
      200,
      {
        jwt: {
          claims: {
            iss: issuer.url,
            aud: 'shop',
            exp: `${now + 60}`,
            iat: `${now}`,
            sub: 'ada',
            groups: '[a b]',
            admin: 'true',
            address: '{"no":7}',
            scope: 'orders/read',
          },
          scopes: null,
        },
      },
    ]);
  });

  it('takes the token with or without its scheme, in any capitals', async () => {
    const token = await tokenOf();
    for (const authorization of [token, `bearer ${token}`, `BEARER  ${token}`]) {
      expect(await ask('/orders', { authorization })).toMatchObject({ status: 200 });
    }
  });

  it('takes it from where the authorizer says', async () => {
    const token = await tokenOf();
    expect(await ask(`/linked?a=1&token=${token}`)).toMatchObject({ status: 200 });
    expect(await ask('/linked', { authorization: token })).toEqual(withoutToken);
    expect(await ask('/linked?token=%zz')).toMatchObject({ status: 400 });
    expect(await ask(`/linked?token=${token}&token=${token}`)).toEqual(
      unauthorized('token contains an invalid number of segments'),
    );
  });

  it.each([[{}], [{ authorization: '' }], [{ authorization: 'Bearer' }], [{ authorization: 'Bearer ' }]])(
    'is closed without a token: %j',
    async (headers) => {
      expect(await ask('/orders', headers)).toEqual(withoutToken);
    },
  );

  it('is closed to what is no token of the issuer, and says why in the answer and the log', async () => {
    expect(await ask('/orders', await bearing({ exp: now }))).toEqual(unauthorized('the token has expired'));
    expect(lines).toContain('warn Api: GET /orders: 401, the token has expired');
    expect(await ask('/orders', await bearing({ aud: 'elsewhere' }))).toEqual(
      unauthorized('the token does not have a valid audience'),
    );
    const none = madeUp({ alg: 'none', kid: 'one' }, { iss: issuer.url, aud: 'shop', exp: now + 60 }, '');
    expect(await ask('/orders', { authorization: none })).toEqual(unauthorized('signing method none is invalid'));
    expect(await ask('/orders', { authorization: 'Basic YTpi' })).toEqual(
      unauthorized('token contains an invalid number of segments'),
    );
  });

  it('takes no two tokens at once, nor one that is larger than all headers may be', async () => {
    const token = await tokenOf();
    const twice = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = { headers: ['host', 'h', 'authorization', token, 'Authorization', token] };
      request(`${cloud.url}/orders`, options, resolve).on('error', reject).end();
    });
    expect([twice.resume().statusCode, twice.headers['www-authenticate']]).toEqual([
      401,
      unauthorized('token contains an invalid number of segments').challenge,
    ]);
    expect(await ask('/orders', { authorization: 'x'.repeat(20_000) })).toMatchObject({ status: 431 });
    expect(await ask('/orders', { authorization: token })).toMatchObject({ status: 200 });
  });

  it('with scopes needs one of them, and shows all of the token', async () => {
    const post = async (claims: object) => ask('/orders', await bearing(claims), 'POST');
    expect(await post({ scope: 'orders/read orders/admin' })).toMatchObject({
      status: 200,
      body: { jwt: { scopes: ['orders/read', 'orders/admin'] } },
    });
    expect(await post({ scp: ['orders/write'], scope: 'all' })).toMatchObject({
      status: 200,
      body: { jwt: { scopes: ['orders/write'] } },
    });
    expect(await post({ scp: ['orders/read'], scope: 'orders/write' })).toEqual({
      status: 403,
      challenge:
        'Bearer scope="orders/write orders/admin" error="insufficient_scope" error_description="the token has no scope of the route"',
      body: { message: 'Forbidden' },
    });
    expect(await post({})).toMatchObject({ status: 403 });
  });
});

describe('A preflight', () => {
  const preflight = { origin: 'https://shop.example', 'access-control-request-method': 'POST' };

  it('needs no token where the route is for other methods', async () => {
    expect(await ask('/orders', preflight, 'OPTIONS')).toMatchObject({ status: 204 });
  });

  it('needs one where the route takes OPTIONS too, as the guide says of $default', async () => {
    expect(await ask('/anything/else', preflight, 'OPTIONS')).toEqual(withoutToken);
  });
});

describe('Keys of a file', () => {
  it('are those of the issuer it names, also of a user pool, which is not asked for them', async () => {
    const { Issuer, Client } = cloud.outputs.Shop ?? {};
    const tokens = {
      file: { 'x-token': await tokenOf({ iss: OF_FILE }) },
      pool: await bearing({ iss: Issuer, aud: undefined, client_id: Client, scope: 'shop/read' }),
    };
    expect(Issuer).toMatch(/^https:\/\/cognito-idp\.eu-west-1\.amazonaws\.com\/eu-west-1_local[a-z0-9]{10}$/);
    expect(await ask('/mine', tokens.pool)).toEqual(unauthorized('OIDC discovery endpoint communication error'));
    expect(lines).toContainEqual(expect.stringContaining(`no keys of ${Issuer}: no user pool runs here.`));

    await cloud.stop();
    mkdirSync(join(folder, 'keys'));
    writeFileSync(join(folder, 'keys', 'issuer.json'), JSON.stringify({ keys: [key.jwk] }));
    const jwt = { [OF_FILE]: 'keys/issuer.json', [String(Issuer)]: { keys: [key.jwk] } };
    writeFileSync(join(folder, 'tributary.local.json'), JSON.stringify({ jwt }));
    cloud = await startLocalCloud({ assembly, port: 0, dynamodbEndpoint, clock: time.clock, log });
    expect(await ask('/filed', tokens.file)).toMatchObject({ status: 200, body: { jwt: { claims: { sub: 'ada' } } } });
    expect(await ask('/filed', { authorization: tokens.file['x-token'] })).toEqual(withoutToken);
    expect(await ask('/mine', tokens.pool)).toMatchObject({ status: 200, body: { jwt: { scopes: ['shop/read'] } } });
    expect(await ask('/mine', await bearing())).toEqual(unauthorized('issuer does not match'));
  });

  it.each([
    ['no JSON', 'keys', /^The key set of https:\/\/issuer\.example\/ in \S+keys\.json cannot be read: /],
    ['no key set', '[]', /^The key set of \S+ in \S+keys\.json is no JSON Web Key Set: \{ "keys": \[ … \] \}\.$/],
    [
      'no RSA key',
      '{"keys":[{"kty":"EC","kid":"a"}]}',
      /keys\.json has no RSA key of 2,048 bits or more with a "kid"\.$/,
    ],
    ['no file', undefined, /^The key set of \S+ in \S+keys\.json cannot be read: ENOENT/],
  ])('with %s end the start in one line', async (_, content, message) => {
    const own = ownFolder();
    const valuesFile = join(own, 'values.json');
    writeFileSync(valuesFile, JSON.stringify({ jwt: { [OF_FILE]: 'keys.json' } }));
    if (content !== undefined) writeFileSync(join(own, 'keys.json'), content);
    await expect(startLocalCloud({ assembly, valuesFile, port: 0, dynamodbEndpoint, log })).rejects.toThrow(message);
  });
});
