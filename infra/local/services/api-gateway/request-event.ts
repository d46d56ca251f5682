/** What a function sees of an HTTP request: the event of payload format 2.0. */
import { USER_HEADER } from './acting-user.ts';
import type { JwtIdentity } from './authorizer/token-claims.ts';
import { deliveredPath } from './decoded-path.ts';

/** The API that a request came to. */
export type HttpApiDefinition = {
  readonly apiId: string;
  readonly name: string;
  readonly stageName: string;
  readonly account: string;
  readonly stageVariables?: Readonly<Record<string, string>> | undefined;
};

/** What is known of a request once it has been read. */
export type ReceivedRequest = {
  readonly method: string;
  /** Path as sent, beginning with a slash. */
  readonly path: string;
  /** What follows the question mark as sent, or ''. */
  readonly query: string;
  /** `HTTP/1.1` */
  readonly protocol: string;
  /** Names and values in turn, as sent. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly sourceIp: string;
  readonly port: number;
};

export type EventContext = {
  readonly api: HttpApiDefinition;
  readonly routeKey: string;
  readonly pathParameters: ReadonlyMap<string, string>;
  readonly requestId: string;
  readonly traceId: string;
  readonly at: Date;
  /** Who acts, on a route with authorization `AWS_IAM`. */
  readonly iamUser?: string | undefined;
  /** Of the token, on a route with authorization `JWT`. */
  readonly jwt?: JwtIdentity | undefined;
};

/** Belong to the connection with the gateway. */
const NOT_PASSED_ON = new Set(['connection', 'keep-alive', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'expect']);

/**
 * The event as API Gateway makes it: paths and parameters decoded as `decoded-path.ts` says, the query string byte for byte beside its decoded
 * form, repeated headers and parameters joined with commas, cookies apart, and fields without content left out.
 *
 * Throws URIError for a percent sign that encodes nothing.
 */
export function requestEvent(request: ReceivedRequest, context: EventContext): Record<string, unknown> {
  const { api, routeKey, at } = context;
  const { headers, cookies } = headersOf(request, context);
  const path = deliveredPath(request.path);
  const query = queryParameters(request.query);
  const host = (headers.get('host') ?? '').replace(/:\d+$/, '');
  const asText = isText(headers.get('content-type'));
  const withBody = request.body.length > 0;
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: request.query,
    ...(cookies.length > 0 && { cookies }),
    headers: Object.fromEntries(headers),
    ...(query.size > 0 && { queryStringParameters: Object.fromEntries(query) }),
    requestContext: {
      accountId: api.account,
      apiId: api.apiId,
      authentication: null,
      ...(context.iamUser !== undefined && { authorizer: { iam: iamIdentity(context.iamUser, api.account) } }),
      ...(context.jwt !== undefined && { authorizer: { jwt: context.jwt } }),
      domainName: host,
      domainPrefix: host.split('.')[0] ?? '',
      http: {
        method: request.method,
        path,
        protocol: request.protocol,
        sourceIp: request.sourceIp,
        userAgent: headers.get('user-agent') ?? '',
      },
      requestId: context.requestId,
      routeKey,
      stage: api.stageName,
      time: commonLogTime(at),
      timeEpoch: at.getTime(),
    },
    ...(Object.keys(api.stageVariables ?? {}).length > 0 && { stageVariables: api.stageVariables }),
    ...(context.pathParameters.size > 0 && { pathParameters: Object.fromEntries(context.pathParameters) }),
    ...(withBody && { body: request.body.toString(asText ? 'utf8' : 'base64') }),
    isBase64Encoded: withBody && !asText,
  };
}

/** Every value of a header, in the order sent. */
export function headerValues(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === name);
}

function headersOf(request: ReceivedRequest, { traceId }: EventContext) {
  const headers = new Map<string, string>();
  const join = (name: string, value: string) => {
    const earlier = headers.get(name);
    headers.set(name, earlier === undefined ? value : `${earlier},${value}`);
  };
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    const name = (request.rawHeaders[i] ?? '').toLowerCase();
    const left = NOT_PASSED_ON.has(name) || name === 'cookie' || name === USER_HEADER;
    if (!left) join(name, request.rawHeaders[i + 1] ?? '');
  }
  headers.set('content-length', String(request.body.length));
  if (!headers.has('x-amzn-trace-id')) headers.set('x-amzn-trace-id', traceId);
  join('x-forwarded-for', request.sourceIp);
  headers.set('x-forwarded-port', String(request.port));
  headers.set('x-forwarded-proto', 'http');
  const cookies = headerValues(request.rawHeaders, 'cookie').flatMap((value) => value.split(';'));
  return { headers, cookies: cookies.map((cookie) => cookie.trim()).filter((cookie) => cookie !== '') };
}

/** By name, decoded; several values of one name joined with commas. Throws URIError for a percent sign that encodes nothing. */
export function queryParameters(query: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const piece of query.split('&').filter((piece) => piece !== '')) {
    const cut = piece.indexOf('=') < 0 ? piece.length : piece.indexOf('=');
    const name = formDecode(piece.slice(0, cut));
    const value = formDecode(piece.slice(cut + 1));
    const earlier = parameters.get(name);
    parameters.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return parameters;
}

function formDecode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}

/** Measured on the service: everything else, also JSON dialects and a missing content type, is base64. */
function isText(contentType: string | undefined): boolean {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  return type.startsWith('text/') || /^application\/(json|xml|javascript)$/.test(type);
}

function iamIdentity(name: string, account: string) {
  return {
    accessKey: 'LOCAL',
    accountId: account,
    callerId: name,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: `arn:aws:iam::${account}:user/${name}`,
    userId: name,
  };
}

/** `12/Mar/2020:19:03:58 +0000` */
function commonLogTime(at: Date): string {
  const [, day, month, year, time] = /, (\d+) (\w+) (\d+) ([\d:]+)/.exec(at.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}
