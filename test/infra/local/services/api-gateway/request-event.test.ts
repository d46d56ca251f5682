/** A function sees a request as API Gateway shows it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReceivedRequest } from '../../../../../infra/local/services/api-gateway/payload-event.ts';
import { type EventContext, requestEvent } from '../../../../../infra/local/services/api-gateway/request-event.ts';
import { received } from './received-request.ts';

function eventOf(request: Partial<ReceivedRequest>, context: Partial<EventContext> = {}) {
  return requestEvent(received(request), {
    api: { apiId: 'abc123', name: 'api', stageName: '$default', account: '111122223333' },
    routeKey: '$default',
    pathParameters: new Map(),
    requestId: 'id=',
    traceId: 'Root=1-0-0',
    at: new Date('2020-03-12T19:03:58.390Z'),
    ...context,
  });
}

describe('the event of a request', () => {
  it('has the variables of the stage, if there are any', () => {
    const api = { apiId: 'abc123', name: 'api', stageName: '$default', account: '111122223333' };
    expect(eventOf({}, { api: { ...api, stageVariables: { table: 'orders' } } })).toMatchObject({
      stageVariables: { table: 'orders' },
    });
    expect(eventOf({}, { api: { ...api, stageVariables: {} } })).not.toHaveProperty('stageVariables');
  });

  it('leaves out what is empty', () => {
    expect(eventOf({})).toEqual({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/',
      rawQueryString: '',
      headers: {
        host: 'localhost:3000',
        'content-length': '0',
        'x-amzn-trace-id': 'Root=1-0-0',
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': '3000',
        'x-forwarded-proto': 'http',
      },
      requestContext: {
        accountId: '111122223333',
        apiId: 'abc123',
        authentication: null,
        domainName: 'localhost',
        domainPrefix: 'localhost',
        http: { method: 'GET', path: '/', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' },
        requestId: 'id=',
        routeKey: '$default',
        stage: '$default',
        time: '12/Mar/2020:19:03:58 +0000',
        timeEpoch: 1584039838390,
      },
      isBase64Encoded: false,
    });
  });

  it('shows path and variables decoded and the query string as it was sent', () => {
    const pathParameters = new Map([['id', 'a b']]);
    expect(
      eventOf({ path: '/x/a%20b', query: 'q=a%20b+c&q=d&empty&e=f%3Dg=h&__proto__=p' }, { pathParameters }),
    ).toMatchObject({
      rawPath: '/x/a b',
      requestContext: { http: { path: '/x/a b' } },
      pathParameters: { id: 'a b' },
      rawQueryString: 'q=a%20b+c&q=d&empty&e=f%3Dg=h&__proto__=p',
      queryStringParameters: JSON.parse('{"q":"a b c,d","empty":"","e":"f=g=h","__proto__":"p"}'),
    });
  });

  it('joins repeated headers and sets cookies apart', () => {
    const event = eventOf({
      rawHeaders: ['X-A', '1', 'x-a', '2', 'Cookie', 'a=1; b=2', 'cookie', 'c=3', 'X-Forwarded-For', '10.0.0.1'],
    });
    expect(event).toMatchObject({ cookies: ['a=1', 'b=2', 'c=3'], headers: { 'x-a': '1,2' } });
    expect(event.headers).toHaveProperty('x-forwarded-for', '10.0.0.1,127.0.0.1');
    expect(event.headers).not.toHaveProperty('cookie');
  });

  it('never shows the header that says who acts in a local run, nor those of the connection', () => {
    const rawHeaders = ['X-Local-User', 'ann', 'Connection', 'close', 'Transfer-Encoding', 'chunked'];
    const names = Object.keys(eventOf({ rawHeaders }).headers as object);
    expect(names).not.toEqual(expect.arrayContaining(['x-local-user']));
    expect(names.filter((name) => rawHeaders.some((sent) => sent.toLowerCase() === name))).toEqual([]);
  });

  it('names the acting user of a route with IAM authorization', () => {
    expect(eventOf({}, { iamUser: 'ann' })).toMatchObject({
      requestContext: {
        authorizer: {
          iam: {
            accessKey: expect.any(String),
            accountId: '111122223333',
            callerId: 'ann',
            cognitoIdentity: null,
            principalOrgId: null,
            userArn: 'arn:aws:iam::111122223333:user/ann',
            userId: 'ann',
          },
        },
      },
    });
  });

  it.each([
    ['text/plain', false],
    ['text/html; charset=utf-8', false],
    ['Application/JSON', false],
    ['application/json; charset=utf-8', false],
    ['application/xml', false],
    ['application/javascript', false],
    ['application/problem+json', true],
    ['application/x-www-form-urlencoded', true],
    ['application/octet-stream', true],
    ['multipart/form-data; boundary=x', true],
    ['', true],
    [undefined, true],
  ])('gives a body of type %s in base64: %s', (type, isBase64Encoded) => {
    const rawHeaders = type === undefined ? [] : ['Content-Type', type];
    const body = Buffer.from('{"é":1}');
    expect(eventOf({ rawHeaders, body })).toMatchObject({
      body: isBase64Encoded ? body.toString('base64') : '{"é":1}',
      isBase64Encoded,
      headers: { 'content-length': '8' },
    });
  });

  it('can be read back from its decoded query for any names and values', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(
        fc.dictionary(
          text.filter((name) => name !== ''),
          text,
        ),
        (query) => {
          const sent = Object.entries(query).map((pair) => pair.map(encodeURIComponent).join('='));
          expect(eventOf({ query: sent.join('&') }).queryStringParameters ?? {}).toEqual({ ...query });
        },
      ),
    );
  });
});
