/** A function URL answers every request over real HTTP as Lambda would. */
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { urlCorsProperties } from '../../../../../../infra/local/services/lambda/function-url/function-url.resource.ts';
import {
  createFunctionUrl,
  type LocalFunctionUrl,
} from '../../../../../../infra/local/services/lambda/function-url/local-function-url.ts';
import type { InvocationResult } from '../../../../../../infra/local/services/lambda/lambda-function.ts';
import { answer, failure, functionOf, recordedLog, throttled } from '../mappings/plain-functions.ts';

const urls: LocalFunctionUrl[] = [];
afterAll(() => Promise.all(urls.map((url) => url.stop())));

type Given = {
  readonly result?: InvocationResult | ((event: unknown) => InvocationResult);
  readonly authorization?: 'NONE' | 'AWS_IAM';
  readonly cors?: unknown;
};

async function listening({ result = answer('hello'), authorization = 'NONE', cors }: Given = {}) {
  const target = functionOf((event) => (typeof result === 'function' ? result(event) : result));
  const { log, lines } = recordedLog();
  const definition = { urlId: 'abc123', name: 'fn', account: '111122223333', region: 'eu-west-1', authorization };
  const url = createFunctionUrl(
    definition,
    target,
    log,
    cors === undefined ? undefined : urlCorsProperties.parse(cors),
  );
  urls.push(url);
  const address = await url.listen(0);
  return { address, lines, events: target.events, ask: (init?: RequestInit) => fetch(`${address}/orders/7`, init) };
}

/** The answer to exactly this on a connection of its own. */
async function raw(address: string, sent: string): Promise<string> {
  const socket = connect(Number(new URL(address).port), '127.0.0.1');
  socket.write(sent);
  socket.once('data', () => socket.end());
  return text(socket);
}

const BIG = Buffer.alloc(6_291_457, 'x');

describe('An answer of the function', () => {
  it.each([
    ['a text', 'hello', 200, 'hello'],
    ['a number', 3, 200, '3'],
    ['nothing', null, 200, 'null'],
    ['an object', { hello: 'world' }, 200, '{"hello":"world"}'],
    ['an object with a body and without a status', { body: 'x' }, 200, '{"body":"x"}'],
    ['a status and a body', { statusCode: 201, body: 'made' }, 201, 'made'],
  ])('with %s is JSON unless it says otherwise', async (_, payload, status, body) => {
    const { ask } = await listening({ result: answer(payload) });
    const response = await ask();
    expect([response.status, await response.text()]).toEqual([status, body]);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(response.headers.get('apigw-requestid')).toBeNull();
  });

  it('may have a type, cookies and bytes', async () => {
    const payload = {
      statusCode: 418,
      headers: { 'Content-Type': 'image/png', 'x-count': 3 },
      cookies: ['a=1', 'b=2; HttpOnly'],
      body: 'AP8=',
      isBase64Encoded: true,
    };
    const { ask } = await listening({ result: answer(payload) });
    const response = await ask();
    expect([response.status, [...new Uint8Array(await response.arrayBuffer())]]).toEqual([418, [0, 255]]);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2; HttpOnly']);
    expect(response.headers.get('content-type')).toBe('image/png');
  });
});

describe('The URL itself answers', () => {
  const failed = (reason: 'error' | 'timeout' | 'crash', errorType = 'Error'): InvocationResult => ({
    ok: false,
    reason,
    errorType,
    errorMessage: 'Too large',
  });
  it.each<[string, InvocationResult, number, string]>([
    ['a function that fails', failed('error'), 502, 'Internal Server Error'],
    ['one that hangs', failed('timeout'), 502, 'Internal Server Error'],
    ['one that ends', failed('crash'), 502, 'Internal Server Error'],
    ['a status that is none', answer({ statusCode: 0 }), 502, 'Internal Server Error'],
    ['a header that is a list', answer({ statusCode: 200, headers: { a: ['b'] } }), 502, 'Internal Server Error'],
    ['a body that is an object', answer({ statusCode: 200, body: {} }), 502, 'Internal Server Error'],
    ['a throttled function', throttled, 429, '{"Message":"Rate exceeded"}'],
    ['an event that is too large', failed('error', 'RequestEntityTooLargeException'), 413, '{"Message":"Too large"}'],
  ])('for %s', async (_, result, status, body) => {
    const { ask, lines } = await listening({ result });
    const response = await ask();
    expect([response.status, await response.text()]).toEqual([status, body]);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(lines).toEqual([expect.stringMatching(/^error fn: projector (failed|returned what cannot be sent): /)]);
  });

  it('when something here breaks, and the log says what', async () => {
    const { ask, lines } = await listening({
      result: () => {
        throw new Error('the pool is gone');
      },
    });
    expect((await ask()).status).toBe(502);
    expect(lines).toEqual(['error fn: GET /orders/7: Error: the pool is gone']);
  });

  it('a body over 6 MB, announced or not, before the function sees it', async () => {
    const { ask, events } = await listening();
    for (const body of [BIG, new Blob([BIG]).stream()]) {
      const response = await ask({ method: 'POST', body, duplex: 'half' } as RequestInit);
      expect([response.status, await response.json()]).toEqual([
        413,
        { Message: 'Request must be smaller than 6291456 bytes for the InvokeFunction operation' },
      ]);
    }
    expect(events).toEqual([]);
    expect((await ask({ method: 'POST', body: BIG.subarray(1) })).status).toBe(200);
  });

  it.each([
    ['a path that is none', 'GET /a%zz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n', 400],
    ['no host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['a tunnel', 'CONNECT example.org:443 HTTP/1.1\r\nHost: h\r\n\r\n', 400],
    ['headers without end', `GET / HTTP/1.1\r\nHost: h\r\nX: ${'x'.repeat(10_240)}\r\n\r\n`, 431],
  ])('%s', async (_, sent, status) => {
    const { address, events } = await listening();
    expect(await raw(address, sent)).toMatch(
      new RegExp(`^HTTP/1\\.1 ${status} .*\\r\\nx-amzn-requestid: [0-9a-f-]{36}\\r\\n`, 's'),
    );
    expect(events).toEqual([]);
  });

  it('any path with its one function', async () => {
    const { address, events } = await listening();
    for (const path of ['', '?', '/a%2Fb//c/', '/favicon.ico?x=1&x=2']) await fetch(address + path);
    expect(events).toMatchObject([
      { rawPath: '/', rawQueryString: '' },
      { rawPath: '/', rawQueryString: '' },
      { rawPath: '/a%2Fb//c/' },
      { rawPath: '/favicon.ico', queryStringParameters: { x: '1,2' } },
    ]);
  });
});

describe('Who acts', () => {
  it('is not asked without authorization', async () => {
    const { ask, events } = await listening();
    await ask({ headers: { 'x-local-user': 'a b' } });
    expect(events).toMatchObject([{ requestContext: { accountId: 'anonymous' } }]);
    expect(Object(events[0]).requestContext).not.toHaveProperty('authorizer');
  });

  it('is the user that is named, or local, with IAM', async () => {
    const { ask, events } = await listening({ authorization: 'AWS_IAM' });
    await ask();
    await ask({ headers: { 'x-local-user': 'ann' } });
    const users = events.map((event) => Object(event).requestContext.authorizer.iam.userId);
    expect(users).toEqual(['local', 'ann']);
  });

  it('cannot be what is no user', async () => {
    const { ask, events } = await listening({ authorization: 'AWS_IAM' });
    const response = await ask({ headers: { 'x-local-user': 'a b' } });
    expect([response.status, events]).toEqual([400, []]);
  });
});

const CORS = {
  AllowOrigins: ['https://shop.example', 'http://localhost:5173'],
  AllowMethods: ['*'],
  AllowHeaders: ['content-type', 'x-mine'],
  ExposeHeaders: ['x-own'],
  MaxAge: '600',
  AllowCredentials: 'true',
};
const origin = 'https://shop.example';
const preflight = { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'PUT' } };
const corsOf = ({ headers }: Response) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));

describe('A browser of another origin', () => {
  it('has its preflight answered without the function, with IAM too', async () => {
    for (const authorization of ['NONE', 'AWS_IAM'] as const) {
      const { ask, events } = await listening({ cors: CORS, authorization });
      const response = await ask(preflight);
      expect([response.status, await response.text(), events]).toEqual([200, '', []]);
      expect(corsOf(response)).toEqual({
        'access-control-allow-origin': origin,
        'access-control-allow-credentials': 'true',
        'access-control-allow-methods': '*',
        'access-control-allow-headers': 'content-type,x-mine',
        'access-control-max-age': '600',
      });
    }
  });

  it('is told nothing where it is not allowed, and its requests come all the same', async () => {
    const { ask, events } = await listening({ cors: CORS });
    const other = 'https://shop.example.evil';
    const response = await ask({ ...preflight, headers: { ...preflight.headers, origin: other } });
    expect([response.status, corsOf(response), events]).toEqual([200, {}, []]);
    const simple = await ask({ headers: { origin: other } });
    expect([simple.status, corsOf(simple), events.length]).toEqual([200, {}, 1]);
  });

  it('gets the configured headers beside those that the function gives, also when it fails', async () => {
    const cors = {
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'x-own',
    };
    const failed = await (await listening({ cors: CORS, result: failure })).ask({ headers: { origin } });
    expect([failed.status, corsOf(failed)]).toEqual([502, cors]);
    const own = answer({ statusCode: 200, headers: { 'Access-Control-Allow-Origin': '*' } });
    const twice = await (await listening({ cors: CORS, result: own })).ask({ headers: { origin } });
    expect(corsOf(twice)).toEqual({ ...cors, 'access-control-allow-origin': `*, ${origin}` });
  });

  it('is anybody where everybody is allowed, by name where it may send credentials', async () => {
    const open = await listening({ cors: { AllowOrigins: ['*'] } });
    expect(corsOf(await open.ask({ headers: { origin } }))).toEqual({ 'access-control-allow-origin': '*' });
    const trusting = await listening({ cors: { AllowOrigins: ['*'], AllowCredentials: true } });
    expect(corsOf(await trusting.ask({ headers: { origin } }))).toEqual({
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
    });
  });

  it('is the concern of the function where nothing is configured', async () => {
    const own = answer({ statusCode: 200, headers: { 'Access-Control-Allow-Origin': 'https://evil' } });
    const { ask, events } = await listening({ result: own });
    expect(corsOf(await ask(preflight))).toEqual({ 'access-control-allow-origin': 'https://evil' });
    expect(events).toMatchObject([{ requestContext: { http: { method: 'OPTIONS' } } }]);
  });
});

it('A URL whose port is taken says so, and one that is stopped answers nobody', async () => {
  const { address } = await listening();
  const second = createFunctionUrl(
    { urlId: 'b', name: 'b', account: '1', region: 'eu-west-1', authorization: 'NONE' },
    functionOf(() => answer()),
    () => {},
  );
  await expect(second.listen(Number(new URL(address).port))).rejects.toMatchObject({ code: 'EADDRINUSE' });
  expect(second.live()).toBe(false);
  const [first] = urls.slice(-1);
  await first?.stop();
  await expect(fetch(address)).rejects.toThrow();
});
