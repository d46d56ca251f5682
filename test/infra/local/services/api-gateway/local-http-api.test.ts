/** The gateway answers every request over real HTTP as API Gateway would, and survives every client. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request as send } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  createHttpApi,
  type HttpRouteDefinition,
  type LocalHttpApi,
} from '../../../../../infra/local/services/api-gateway/local-http-api.ts';
import type { LocalFunction } from '../../../../../infra/local/services/lambda/lambda-function.ts';
import { createFunction } from '../../../../../infra/local/services/lambda/local-function.ts';

/** Answers with the event itself, or with what the request asks for. */
const HANDLER = `
  import { writeFileSync } from 'node:fs';
  export const handler = async (event) => {
    const ask = event.queryStringParameters ?? {};
    if (ask.do === 'throw') throw new Error('secret detail');
    if (ask.do === 'exit') process.exit(1);
    if (ask.do === 'hang') await new Promise(() => setInterval(() => {}, 1000));
    if (ask.do === 'slow') {
      writeFileSync(new URL('begun-' + ask.file, import.meta.url), '');
      await new Promise((done) => setTimeout(done, 100));
      writeFileSync(new URL(ask.file, import.meta.url), 'done');
    }
    return ask.return === undefined ? event : JSON.parse(ask.return);
  };`;

const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
const logged: string[] = [];
const log = (level: string, source: string, line: string) => logged.push(`${level} ${source} ${line}`);
const apis: LocalHttpApi[] = [];
let target: LocalFunction;
let hasty: LocalFunction;
let busy: LocalFunction;
let api: LocalHttpApi;

function functionNamed(name: string, timeoutMs: number, reservedConcurrency?: number): LocalFunction {
  return createFunction(
    {
      name,
      arn: `arn:aws:lambda:eu-west-1:000000000000:function:${name}`,
      codeFolder: folder,
      handler: 'index.handler',
      environment: {},
      timeoutMs,
      memoryMb: 128,
      ...(reservedConcurrency !== undefined && { reservedConcurrency }),
    },
    log,
  );
}

async function listening(routes: Partial<HttpRouteDefinition>[], stageName = '$default'): Promise<LocalHttpApi> {
  const made = createHttpApi({ apiId: 'abc', name: 'api', stageName, account: '000000000000' }, log);
  for (const route of routes) {
    made.addRoute({ routeKey: '$default', authorization: 'NONE', target, timeoutMs: 10_000, ...route });
  }
  await made.listen(0);
  apis.push(made);
  return made;
}

beforeAll(async () => {
  writeFileSync(join(folder, 'index.mjs'), HANDLER);
  target = functionNamed('echo', 10_000);
  hasty = functionNamed('hasty', 200);
  busy = functionNamed('busy', 10_000, 0);
  api = await listening([
    { routeKey: 'ANY /echo/{proxy+}' },
    { routeKey: 'GET /orders/{id}', authorization: 'AWS_IAM' },
    { routeKey: 'GET /late', timeoutMs: 100 },
    { routeKey: 'GET /hasty', target: hasty },
    { routeKey: 'GET /busy', target: busy },
  ]);
});
afterAll(async () => {
  await Promise.all([...apis, target, hasty, busy].map((part) => part.stop()));
  rmSync(folder, { recursive: true });
});

/** What comes back on a bare connection that sends exactly this; '' when nothing does within the patience. */
async function raw(sent: string | Buffer, patienceMs = 5_000): Promise<string> {
  const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
  // The gateway may close while we still send.
  socket.on('error', () => socket.destroy());
  socket.write(sent);
  const impatient = setTimeout(() => socket.end(), patienceMs);
  socket.once('data', () => socket.end());
  const answer = await text(socket).catch(() => '');
  clearTimeout(impatient);
  return answer;
}

function asking(value: unknown): string {
  return `${api.url}/echo/x?return=${encodeURIComponent(JSON.stringify(value))}`;
}

describe('a request', () => {
  it('reaches the function of its route as an event and brings its answer back', async () => {
    const response = await fetch(`${api.url}/echo/a%20b?x=1&x=2`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: 'a=1; b=2', 'x-local-user': 'ann' },
      body: '{"n":1}',
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('apigw-requestid')).toMatch(/=$/);
    const event = (await response.json()) as Record<string, unknown>;
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'ANY /echo/{proxy+}',
      rawPath: '/echo/a b',
      rawQueryString: 'x=1&x=2',
      queryStringParameters: { x: '1,2' },
      pathParameters: { proxy: 'a b' },
      cookies: ['a=1', 'b=2'],
      requestContext: {
        http: { method: 'POST', sourceIp: '127.0.0.1' },
        requestId: response.headers.get('apigw-requestid'),
      },
      body: '{"n":1}',
      isBase64Encoded: false,
    });
    expect(event.headers).not.toHaveProperty('x-local-user');
    expect(event.requestContext).not.toHaveProperty('authorizer');
  });

  it('may have any body, in pieces or announced with Expect', async () => {
    const body = Buffer.from([0, 255, 128, 1]);
    const answers = [{ 'transfer-encoding': 'chunked' }, { expect: '100-continue', 'content-length': '4' }].map(
      (headers) =>
        new Promise<string>((resolve, reject) => {
          const request = send(`${api.url}/echo/x`, { method: 'PUT', headers }, (response) => resolve(text(response)));
          request.on('error', reject);
          if ('expect' in headers) request.on('continue', () => request.end(body));
          else request.write(body.subarray(0, 1), () => request.end(body.subarray(1)));
          request.flushHeaders();
        }),
    );
    for (const answer of await Promise.all(answers)) {
      expect(JSON.parse(answer)).toMatchObject({
        body: 'AP+AAQ==',
        isBase64Encoded: true,
        headers: { 'content-length': '4' },
      });
    }
  });

  it('with the method HEAD has the length and no body, with OPTIONS it is any other', async () => {
    const head = await fetch(asking('four'), { method: 'HEAD' });
    expect([head.headers.get('content-length'), await head.text()]).toEqual(['4', '']);
    expect(await (await fetch(asking('four'), { method: 'OPTIONS' })).text()).toBe('four');
  });

  it('keeps its connection for the next one', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<number | undefined>();
    for (let i = 0; i < 3; i += 1) {
      await new Promise<void>((resolve, reject) => {
        send(asking(i), { agent }, (response) => {
          ports.add(response.socket.localPort);
          response.on('end', resolve).resume();
        })
          .on('error', reject)
          .end();
      });
    }
    agent.destroy();
    expect(ports.size).toBe(1);
  });

  it('sees statuses, cookies and binary bodies of the function', async () => {
    const returned = {
      statusCode: 418,
      cookies: ['a=1', 'b=2'],
      headers: { 'X-Count': 3 },
      body: 'AP8=',
      isBase64Encoded: true,
    };
    const response = await fetch(asking(returned));
    expect(response.status).toBe(418);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(response.headers.get('x-count')).toBe('3');
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255]);
    const empty = await fetch(asking({ statusCode: 204, body: 'ignored' }));
    expect([empty.status, await empty.text()]).toEqual([204, '']);
  });
});

describe('the user of a local run', () => {
  it.each([
    [undefined, 'local'],
    ['clerk-7', 'clerk-7'],
    ['a+b=c,d.e@f_g', 'a+b=c,d.e@f_g'],
  ])('named %s acts as %s on a route with IAM authorization', async (name, user) => {
    const response = await fetch(`${api.url}/orders/1`, {
      headers: name === undefined ? {} : { 'x-local-user': name },
    });
    const event = await response.json();
    expect(event).toMatchObject({
      requestContext: { authorizer: { iam: { userArn: `arn:aws:iam::000000000000:user/${user}`, userId: user } } },
    });
    expect(event).not.toHaveProperty(['headers', 'x-local-user']);
  });

  it.each(['', 'a b', 'a/b', 'a:b', 'a%20b', 'é', 'x'.repeat(65)])('cannot be "%s"', async (name) => {
    const response = await fetch(`${api.url}/orders/1`, { headers: { 'x-local-user': name } });
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ status: 400, detail: expect.stringContaining('x-local-user') });
  });

  it('cannot be two', async () => {
    expect(
      await raw('GET /orders/1 HTTP/1.1\r\nHost: h\r\nx-local-user: a\r\nx-local-user: b\r\nConnection: close\r\n\r\n'),
    ).toMatch(/^HTTP\/1\.1 400 .*x-local-user/s);
  });
});

describe('the gateway itself answers', () => {
  it.each([
    ['an unknown path', 'GET', '/none', 404, 'Not Found'],
    ['an unknown method of a path', 'DELETE', '/late', 404, 'Not Found'],
    ['a percent sign that encodes nothing, in the path', 'GET', '/echo/%zz', 400, 'Bad Request'],
    ['bytes that are not UTF-8', 'GET', '/echo/%FF', 400, 'Bad Request'],
    ['a percent sign that encodes nothing, in the query', 'GET', '/echo/x?a=100%', 400, 'Bad Request'],
    ['a function that throws', 'GET', '/echo/x?do=throw', 500, 'Internal Server Error'],
    ['a function that exits', 'GET', '/echo/x?do=exit', 500, 'Internal Server Error'],
    ['a function beyond its own time limit', 'GET', '/hasty?do=hang', 500, 'Internal Server Error'],
    ['a function beyond the time limit of the route', 'GET', '/late?do=hang', 503, 'Service Unavailable'],
    ['a throttled function', 'GET', '/busy', 503, 'Service Unavailable'],
  ])('%s', async (_, method, path, status, message) => {
    const response = await fetch(api.url + path, { method });
    expect([response.status, await response.json()]).toEqual([status, { message }]);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('apigw-requestid')).toBeTruthy();
  });

  it('a return value that cannot be sent, and says in the log why', async () => {
    const response = await fetch(asking({ statusCode: 200, headers: { 'set-cookie': ['a=1'] } }));
    expect([response.status, await response.json()]).toEqual([500, { message: 'Internal Server Error' }]);
    expect(logged).toContain(
      'error api ANY /echo/{proxy+}: echo returned what cannot be sent: the header set-cookie is a list, not text',
    );
  });

  it('a body over 10 MB, announced or not, and the connection stays good', async () => {
    const big = Buffer.alloc(10 * 1024 * 1024 + 1, 'x');
    for (const body of [big, new Blob([big]).stream()]) {
      const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
      const response = await fetch(`${api.url}/echo/x`, init);
      expect([response.status, await response.json()]).toEqual([413, { message: 'Request Entity Too Large' }]);
    }
    expect((await fetch(asking(1))).status).toBe(200);
  });

  it('a body over 10 MB before it has ended, and the next request on the same connection after it', async () => {
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
    socket.on('error', () => socket.destroy());
    let answers = '';
    socket.on('data', (chunk) => {
      answers += chunk;
    });
    socket.write('POST /echo/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n');
    const chunk = `${(1024 * 1024).toString(16)}\r\n${'x'.repeat(1024 * 1024)}\r\n`;
    socket.write(chunk.repeat(11));
    await vi.waitUntil(() => answers.startsWith('HTTP/1.1 413 '), { timeout: 5_000 });
    socket.write(chunk.repeat(2));
    socket.write('0\r\n\r\nGET /none HTTP/1.1\r\nHost: h\r\n\r\n');
    await vi.waitUntil(() => answers.includes('HTTP/1.1 404 '), { timeout: 5_000 });
    socket.destroy();
  });

  it('a body that the gateway takes and the function cannot', async () => {
    const response = await fetch(`${api.url}/echo/x`, { method: 'POST', body: Buffer.alloc(7 * 1024 * 1024) });
    expect([response.status, await response.json()]).toEqual([413, { message: 'Request Entity Too Large' }]);
  });

  it.each([
    ['headers over 10,240 bytes', `GET / HTTP/1.1\r\nHost: h\r\nX: ${'x'.repeat(10_240)}\r\n\r\n`, 431],
    ['a path over 10,240 bytes', `GET /${'x'.repeat(10_240)} HTTP/1.1\r\nHost: h\r\n\r\n`, 431],
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['no host', 'GET /echo/x HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['an unknown method', 'BREW /echo/x HTTP/1.1\r\nHost: h\r\n\r\n', 400],
    ['a tunnel', 'CONNECT example.org:443 HTTP/1.1\r\nHost: h\r\n\r\n', 400],
    ['the address *', 'OPTIONS * HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n', 400],
    ['two lengths', 'POST /echo/x HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 400],
    ['a broken chunk', 'POST /echo/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 400],
    [
      'an expectation it does not know',
      'GET /echo/x HTTP/1.1\r\nHost: h\r\nExpect: coffee\r\nConnection: close\r\n\r\n',
      417,
    ],
    [
      'an upgrade, as any request',
      'GET /echo/x HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n',
      200,
    ],
    ['an absolute address', 'GET http://h/echo/x?a=1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n', 200],
    ['HTTP/1.0', 'GET /echo/x HTTP/1.0\r\n\r\n', 200],
  ])('%s', async (_, sent, status) => {
    expect(await raw(sent)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} .*\\r\\napigw-requestid: `, 's'));
  });
});

describe('a client that leaves', () => {
  it('does not end the invocation', async () => {
    const leaving = new AbortController();
    const gone = fetch(`${api.url}/echo/x?do=slow&file=left.txt`, { signal: leaving.signal });
    const left = expect(gone).rejects.toThrow();
    await vi.waitUntil(() => existsSync(join(folder, 'begun-left.txt')), { timeout: 5_000 });
    leaving.abort();
    await left;
    await vi.waitUntil(() => existsSync(join(folder, 'left.txt')), { timeout: 5_000 });
    expect((await fetch(asking(1))).status).toBe(200);
  });

  it('in the middle of its body hurts nobody', async () => {
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
    socket.write('POST /echo/x HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nhalf', () => socket.resetAndDestroy());
    await new Promise((resolve) => socket.once('close', resolve));
    expect((await fetch(asking(1))).status).toBe(200);
  });
});

describe('no bytes from a client', () => {
  const start = fc.oneof(
    fc.constantFrom('GET / HTTP/1.1', 'POST /echo/x HTTP/1.1', 'GET /echo/%F HTTP/1.1', 'HEAD * HTTP/1.1', ''),
    fc
      .tuple(fc.constantFrom('GET', 'PUT', 'OPTIONS'), fc.webPath(), fc.webQueryParameters())
      .map(([method, path, query]) => `${method} /echo${path}?${query} HTTP/1.1`),
    fc.string({ unit: 'binary' }),
  );
  const header = fc.oneof(
    fc.constantFrom(
      'Host: h',
      'Content-Length: 3',
      'Transfer-Encoding: chunked',
      'Expect: 100-continue',
      'Connection: close',
    ),
    fc.constantFrom('Content-Type: application/json', 'Cookie: ;;=;a', 'Host: [', 'Upgrade: h2c', 'x-local-user: \x7f'),
    fc.tuple(fc.stringMatching(/^[!-9;-~]{1,12}$/), fc.string()).map((pair) => pair.join(': ')),
    fc.string(),
  );

  it('bring the gateway down or make it answer anything but HTTP', async () => {
    const sent = fc.tuple(start, fc.array(header, { maxLength: 5 }), fc.uint8Array({ maxLength: 20 }));
    await fc.assert(
      fc.asyncProperty(fc.array(sent, { minLength: 10, maxLength: 10 }), async (requests) => {
        const answers = requests.map(([line, headers, body]) =>
          raw(Buffer.concat([Buffer.from(`${[line, ...headers].join('\r\n')}\r\n\r\n`), body]), 100),
        );
        for (const answer of await Promise.all(answers)) expect(answer).toMatch(/^$|^HTTP\/1\.1 \d{3} /);
      }),
      { numRuns: 20 },
    );
    expect((await fetch(asking(1))).status).toBe(200);
  });
});

describe('the server', () => {
  it('has its stage in front of the paths, unless it is the default one', async () => {
    const staged = await listening([{ routeKey: 'GET /x' }, { routeKey: 'GET /' }], 'test');
    expect(staged.url).toMatch(/\/test$/);
    expect(await (await fetch(`${staged.url}/x`)).json()).toMatchObject({
      rawPath: '/test/x',
      routeKey: 'GET /x',
      requestContext: { stage: 'test', http: { path: '/test/x' } },
    });
    expect((await fetch(staged.url)).status).toBe(200);
    expect((await fetch(new URL('/x', staged.url))).status).toBe(404);
    expect((await fetch(`${staged.url}ing/x`)).status).toBe(404);
  });

  it('fails with the error of the system when its port is taken', async () => {
    const second = createHttpApi({ apiId: 'b', name: 'second', stageName: '$default', account: '000000000000' }, log);
    await expect(second.listen(Number(new URL(api.url).port))).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(second.live()).toBe(false);
    expect(() => second.url).toThrow('second is not listening');
    await second.stop();
  });

  it('refuses a second route of the same key', () => {
    const route = { routeKey: 'GET /late', authorization: 'NONE', target, timeoutMs: 1 } as const;
    expect(() => api.addRoute(route)).toThrow('api has two routes "GET /late"');
  });

  it('stops at once, with connections kept alive and requests under way', async () => {
    const stopping = await listening([{}]);
    const { port } = new URL(stopping.url);
    await (await fetch(stopping.url)).text();
    const idle = connect(Number(port), '127.0.0.1').on('error', () => {});
    const pending = fetch(`${stopping.url}?do=slow&file=stopped.txt`).catch(() => 'cut');
    await vi.waitUntil(() => existsSync(join(folder, 'begun-stopped.txt')), { timeout: 5_000 });
    await vi.waitUntil(() => idle.readyState === 'open');
    await stopping.stop();
    expect(await pending).toBe('cut');
    expect(stopping.live()).toBe(false);
    await expect(buffer(idle)).resolves.toHaveLength(0);
    await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow();
    await stopping.stop();
  });
});
