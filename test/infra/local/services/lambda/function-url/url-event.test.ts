/** A function sees a request to its URL as Lambda shows it, which is not quite as an HTTP API does. */
import { describe, expect, it } from 'vitest';
import type { ReceivedRequest } from '../../../../../../infra/local/services/api-gateway/payload-event.ts';
import {
  type UrlEventContext,
  urlEvent,
} from '../../../../../../infra/local/services/lambda/function-url/url-event.ts';
import { received } from '../../api-gateway/received-request.ts';

const definition = {
  urlId: 'abc123',
  name: 'fn',
  account: '111122223333',
  region: 'us-east-2',
  authorization: 'NONE',
} as const;

function eventOf(request: Partial<ReceivedRequest>, context: Partial<UrlEventContext> = {}) {
  return urlEvent(received(request), {
    definition,
    requestId: 'd16a6b55-dea9-4b23-8499-eb85c3d2d904',
    traceId: 'Root=1-0-0',
    at: new Date('2020-03-12T19:03:58.390Z'),
    ...context,
  });
}

describe('The event of a URL', () => {
  it('names nobody and no account where nobody is asked who acts', () => {
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
        accountId: 'anonymous',
        apiId: 'abc123',
        domainName: 'abc123.lambda-url.us-east-2.on.aws',
        domainPrefix: 'abc123',
        http: { method: 'GET', path: '/', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' },
        requestId: 'd16a6b55-dea9-4b23-8499-eb85c3d2d904',
        routeKey: '$default',
        stage: '$default',
        time: '12/Mar/2020:19:03:58 +0000',
        timeEpoch: 1_584_039_838_390,
      },
      isBase64Encoded: false,
    });
  });

  it('has the account and who acts, and nothing else about them, with IAM', () => {
    const { requestContext } = eventOf({}, { iamUser: 'ann' });
    expect(requestContext).toMatchObject({
      accountId: '111122223333',
      authorizer: {
        iam: { accountId: '111122223333', userArn: 'arn:aws:iam::111122223333:user/ann', userId: 'ann' },
      },
    });
    expect(Object.keys(Object(requestContext).authorizer)).toEqual(['iam']);
  });

  it.each([
    ['/capture/space%20value', '/capture/space value'],
    ['/capture/slash%2Fvalue', '/capture/slash/value'],
    ['/capture/literal%252Fvalue', '/capture/literal%2Fvalue'],
    ['/capture/question%3Fvalue', '/capture/question?value'],
    ['/capture/percent%25done', '/capture/percent%done'],
    ['/capture/%CE%BB', '/capture/λ'],
    ['//a/../b', '//a/../b'],
  ])('keeps the path %s as sent, and decodes it once for its context', (sent, decoded) => {
    expect(eventOf({ path: sent })).toMatchObject({ rawPath: sent, requestContext: { http: { path: decoded } } });
  });

  it.each([{ path: '/a%' }, { path: '/%zz' }, { path: '/%FF' }, { query: 'a=100%' }])(
    'is none for %j, where a percent sign encodes nothing',
    (request) => expect(() => eventOf(request)).toThrow(URIError),
  );

  it('has the cookies apart and among the headers, and the user of a local run nowhere', () => {
    const rawHeaders = ['Cookie', 'a=1; b=2', 'cookie', 'c=3', 'x-local-user', 'ann'];
    const event = eventOf({ rawHeaders });
    expect(event).toMatchObject({ cookies: ['a=1', 'b=2', 'c=3'], headers: { cookie: 'a=1; b=2; c=3' } });
    expect(event.headers).not.toHaveProperty('x-local-user');
  });

  it('has a body as text or as base64, as its type says', () => {
    const typed = (type: string, body: Buffer) => eventOf({ rawHeaders: ['Content-Type', type], body });
    expect(typed('application/json', Buffer.from('{"λ":1}'))).toMatchObject({
      body: '{"λ":1}',
      isBase64Encoded: false,
    });
    for (const type of ['application/octet-stream', 'application/x-www-form-urlencoded', 'image/png']) {
      expect(typed(type, Buffer.from([0, 255]))).toMatchObject({ body: 'AP8=', isBase64Encoded: true });
    }
  });
});
