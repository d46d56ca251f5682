/** What does a handler get from API Gateway? Payload format 2.0, behind IAM authorization. */
import type { APIGatewayProxyEventV2WithIAMAuthorizer } from 'aws-lambda';

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
