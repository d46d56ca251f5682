/**
 * What a function sees of a request to its URL: the event of payload format 2.0 with other paths than an HTTP API's, the cookies among the
 * headers too, and `anonymous` for the account where nobody is asked who acts. As captured on the service in July 2026 (hotsock/voker,
 * vokerhttp/testdata/functionurl-request.json).
 */
import { iamIdentity } from '../../api-gateway/acting-user.ts';
import { eventOf, headersOf, headerValues, type ReceivedRequest } from '../../api-gateway/payload-event.ts';

export type FunctionUrlDefinition = {
  readonly urlId: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly authorization: 'NONE' | 'AWS_IAM';
};

export type UrlEventContext = {
  readonly definition: FunctionUrlDefinition;
  readonly requestId: string;
  readonly traceId: string;
  readonly at: Date;
  /** Who acts, with authorization `AWS_IAM`. */
  readonly iamUser?: string | undefined;
};

/**
 * `rawPath` is the path as sent, that of the request context is decoded once. Throws URIError for a percent sign that encodes nothing, in
 * the path or the query; what the service does with one could not be checked.
 */
export function urlEvent(request: ReceivedRequest, context: UrlEventContext): Record<string, unknown> {
  const { definition, iamUser } = context;
  const { urlId, region, account } = definition;
  const { headers, cookies } = headersOf(request, context.traceId);
  const sent = headerValues(request.rawHeaders, 'cookie');
  if (sent.length > 0) headers.set('cookie', sent.join('; '));
  return eventOf(request, {
    ...context,
    routeKey: '$default',
    stage: '$default',
    rawPath: request.path,
    path: decodeURIComponent(request.path),
    headers,
    cookies,
    addressed: {
      accountId: iamUser === undefined ? 'anonymous' : account,
      apiId: urlId,
      ...(iamUser !== undefined && { authorizer: { iam: iamIdentity(iamUser, account) } }),
      domainName: `${urlId}.lambda-url.${region}.on.aws`,
      domainPrefix: urlId,
    },
  });
}
