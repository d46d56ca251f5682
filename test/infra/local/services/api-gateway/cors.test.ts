/** A browser of another origin gets from the gateway what the API allows it, whatever the function says. */
import { afterAll, describe, expect, it } from 'vitest';
import { type CorsConfiguration, corsProperties } from '../../../../../infra/local/services/api-gateway/cors.ts';
import { createHttpApi, type LocalHttpApi } from '../../../../../infra/local/services/api-gateway/local-http-api.ts';
import { functionOf } from '../lambda/mappings/plain-functions.ts';

const apis: LocalHttpApi[] = [];
afterAll(() => Promise.all(apis.map((api) => api.stop())));

/** The function gives CORS headers of its own, as one behind another gateway would. */
const sharing = () =>
  functionOf(() => ({
    ok: true,
    payload: {
      statusCode: 200,
      headers: { 'Access-Control-Allow-Origin': 'https://evil', 'x-own': 'kept' },
      body: 'ok',
    },
  }));

async function listening(cors: unknown, authorization: 'NONE' | 'AWS_IAM' = 'NONE') {
  const configuration: CorsConfiguration | undefined = cors === undefined ? undefined : corsProperties.parse(cors);
  const definition = { apiId: 'abc', name: 'api', stageName: '$default', account: '000000000000' };
  const api = createHttpApi(definition, () => {}, configuration);
  const target = sharing();
  api.addRoute({ routeKey: 'ANY /orders', authorization, target, timeoutMs: 1_000 });
  await api.listen(0);
  apis.push(api);
  const ask = async (method: string, headers: Record<string, string> = {}, path = '/orders') => {
    const response = await fetch(`${api.url}${path}`, { method, headers });
    const cors = [...response.headers].filter(([name]) => name.startsWith('access-control-'));
    return { status: response.status, cors: Object.fromEntries(cors), own: response.headers.get('x-own') };
  };
  return { ask, target };
}

const CORS = {
  AllowOrigins: ['https://shop.example', 'http://*'],
  AllowMethods: ['GET', 'POST'],
  AllowHeaders: ['content-type', 'x-mine'],
  ExposeHeaders: ['x-own'],
  MaxAge: '600',
  AllowCredentials: 'true',
};
const preflight = { origin: 'https://shop.example', 'access-control-request-method': 'POST' };

describe('A preflight', () => {
  it('is answered by the gateway, without the function and also where there is no route', async () => {
    const { ask, target } = await listening(CORS);
    const answer = {
      status: 204,
      own: null,
      cors: {
        'access-control-allow-origin': 'https://shop.example',
        'access-control-allow-credentials': 'true',
        'access-control-allow-methods': 'GET,POST',
        'access-control-allow-headers': 'content-type,x-mine',
        'access-control-max-age': '600',
      },
    };
    expect(await ask('OPTIONS', preflight)).toEqual(answer);
    expect(await ask('OPTIONS', preflight, '/nowhere')).toEqual(answer);
    expect(target.events).toEqual([]);
  });

  it('of an origin that is not allowed gets no header', async () => {
    const { ask } = await listening(CORS);
    for (const origin of ['https://other.example', 'https://shop.example.evil', 'null']) {
      expect(await ask('OPTIONS', { ...preflight, origin })).toEqual({ status: 204, own: null, cors: {} });
    }
  });

  it('is forbidden on a route that demands a signature, which no browser gives', async () => {
    const { ask } = await listening(CORS, 'AWS_IAM');
    expect(await ask('OPTIONS', preflight)).toEqual({ status: 403, own: null, cors: {} });
  });

  it('is a request like any other without an origin, a method or a configuration', async () => {
    const { ask, target } = await listening(CORS);
    await ask('OPTIONS', { origin: 'https://shop.example' });
    await ask('OPTIONS', { 'access-control-request-method': 'POST' });
    expect(target.events).toHaveLength(2);
    const plain = await listening(undefined);
    expect(await plain.ask('OPTIONS', preflight)).toMatchObject({ status: 200, own: 'kept' });
  });
});

describe('Any other answer', () => {
  it('has the headers of the gateway in place of those of the function', async () => {
    const { ask } = await listening(CORS);
    const cors = {
      'access-control-allow-origin': 'http://localhost:5173',
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'x-own',
    };
    const origin = 'http://localhost:5173';
    expect(await ask('GET', { origin })).toEqual({ status: 200, own: 'kept', cors });
    expect(await ask('GET', { origin }, '/nowhere')).toEqual({ status: 404, own: null, cors });
    expect(await ask('GET')).toEqual({ status: 200, own: 'kept', cors: {} });
    expect(await ask('GET', { origin: 'https://other.example' })).toEqual({ status: 200, own: 'kept', cors: {} });
  });

  it('is for everyone where everyone is allowed', async () => {
    const { ask } = await listening({ AllowOrigins: ['*'] });
    const { cors } = await ask('GET', { origin: 'https://anyone.example' });
    expect(cors).toEqual({ 'access-control-allow-origin': '*' });
  });

  it("keeps the function's own headers where the API has no configuration", async () => {
    const { ask } = await listening(undefined);
    const { cors } = await ask('GET', { origin: 'https://anyone.example' });
    expect(cors).toEqual({ 'access-control-allow-origin': 'https://evil' });
  });
});
