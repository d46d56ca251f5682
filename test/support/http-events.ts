/** Requests as API Gateway hands them to a function: payload format 2.0, with everything a handler may look at. */
import type { HttpEvent, HttpResult } from '#shared/edge/http/index.ts';

export type SentRequest = {
  readonly method?: string;
  /** As the gateway names it: `POST /tallies/{id}/count`. */
  readonly route: string;
  readonly path?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** Names in lower case, as they arrive. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly base64?: boolean;
  readonly userArn?: string;
};

export function httpEvent(request: SentRequest): HttpEvent {
  const { route, parameters, query, headers = {}, body, base64 = false } = request;
  const [method = 'GET', template = '/'] = route.split(' ');
  const path = request.path ?? template.replaceAll(/\{(\w+)\}/g, (_, name: string) => parameters?.[name] ?? '');
  return {
    version: '2.0',
    routeKey: route,
    rawPath: path,
    rawQueryString: new URLSearchParams(query).toString(),
    headers,
    ...(query === undefined ? {} : { queryStringParameters: query }),
    ...(parameters === undefined ? {} : { pathParameters: parameters }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      authorizer: {
        iam: {
          accessKey: 'LOCAL',
          accountId: '000000000000',
          callerId: 'clerk-7',
          cognitoIdentity: null,
          principalOrgId: '',
          userArn: request.userArn ?? 'arn:aws:iam::000000000000:user/clerk-7',
          userId: 'clerk-7',
        },
      },
      domainName: 'localhost',
      domainPrefix: 'localhost',
      http: { method: request.method ?? method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
      requestId: 'request-1',
      routeKey: route,
      stage: '$default',
      time: '20/Nov/2026:12:11:04 +0000',
      timeEpoch: 1_795_176_664_123,
    },
    ...(body === undefined ? {} : { body }),
    isBase64Encoded: base64,
  };
}

/** Any of the endpoints, as Lambda sees it. */
export type Endpoint = (event: never, context: never) => Promise<HttpResult>;

export type Answered = Omit<HttpResult, 'body'> & { readonly json: Record<string, unknown> };

/** What an endpoint answers, with its body parsed, an empty one as an empty object; fails when the body is no JSON object. */
export async function ask(endpoint: Endpoint, event: HttpEvent, remainingMs = 10_000): Promise<Answered> {
  const context = { functionName: 'test', awsRequestId: 'request-1', getRemainingTimeInMillis: () => remainingMs };
  const { body, ...result } = await endpoint(structuredClone(event) as never, context as never); // middy types Lambda's own context
  const json: unknown = JSON.parse(body === '' ? '{}' : body);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new Error(`not an object: ${body}`);
  return { ...result, json: { ...json } };
}
