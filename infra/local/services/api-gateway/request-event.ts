/** What a function sees of a request to an HTTP API: the event of payload format 2.0. */
import { iamIdentity } from './acting-user.ts';
import type { JwtIdentity } from './authorizer/token-claims.ts';
import { deliveredPath } from './decoded-path.ts';
import { eventOf, headersOf, type ReceivedRequest } from './payload-event.ts';

/** The API that a request came to. */
export type HttpApiDefinition = {
  readonly apiId: string;
  readonly name: string;
  readonly stageName: string;
  readonly account: string;
  readonly stageVariables?: Readonly<Record<string, string>> | undefined;
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

/**
 * The event as API Gateway makes it: paths and parameters decoded as `decoded-path.ts` says, the query string byte for byte beside its decoded
 * form, repeated headers and parameters joined with commas, cookies apart, and fields without content left out.
 *
 * Throws URIError for a percent sign that encodes nothing.
 */
export function requestEvent(request: ReceivedRequest, context: EventContext): Record<string, unknown> {
  const { api } = context;
  const path = deliveredPath(request.path);
  const { headers, cookies } = headersOf(request, context.traceId);
  const host = (headers.get('host') ?? '').replace(/:\d+$/, '');
  const shown = {
    ...context,
    stage: api.stageName,
    rawPath: path,
    path,
    headers,
    cookies,
    addressed: {
      accountId: api.account,
      apiId: api.apiId,
      authentication: null,
      ...(context.iamUser !== undefined && { authorizer: { iam: iamIdentity(context.iamUser, api.account) } }),
      ...(context.jwt !== undefined && { authorizer: { jwt: context.jwt } }),
      domainName: host,
      domainPrefix: host.split('.')[0] ?? '',
    },
  };
  return {
    ...eventOf(request, shown),
    ...(Object.keys(api.stageVariables ?? {}).length > 0 && { stageVariables: api.stageVariables }),
    ...(context.pathParameters.size > 0 && { pathParameters: Object.fromEntries(context.pathParameters) }),
  };
}
