/** What a handler gets from API Gateway, payload format 2.0 behind IAM authorization, and what it answers. */
import type { APIGatewayProxyEventV2WithIAMAuthorizer } from 'aws-lambda';
import { type Checked, checkId } from '#shared/aggregate/index.ts';

export type HttpEvent = APIGatewayProxyEventV2WithIAMAuthorizer;

/** Names arrive in lower case, repeats joined with a comma. */
export const header = ({ headers }: Pick<HttpEvent, 'headers'>, name: string): string | undefined => headers[name];

/**
 * Who acts: the IAM user's name, role and session of an assumed role, or `root`. The part of the ARN after its resource
 * type, never the whole, since it is recorded and published.
 */
export function actorOf({ requestContext }: Pick<HttpEvent, 'requestContext'>): string {
  const { userArn } = requestContext.authorizer.iam;
  const resource = userArn.slice(userArn.lastIndexOf(':') + 1);
  return resource.slice(resource.indexOf('/') + 1);
}

export type HttpResult = {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export const json = (
  statusCode: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  contentType = 'application/json',
): HttpResult => ({ statusCode, headers: { 'content-type': contentType, ...headers }, body: JSON.stringify(body) });

export const etag = (version: number): string => `"${version}"`;

export const idParameter = (path: HttpEvent['pathParameters'], name = 'id'): Checked<string> =>
  checkId(path?.[name] ?? '', name);
