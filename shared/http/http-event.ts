/** What does a handler get from API Gateway? Payload format 2.0, behind IAM authorization. */
import type { APIGatewayProxyEventV2WithIAMAuthorizer } from 'aws-lambda';

export type HttpEvent = APIGatewayProxyEventV2WithIAMAuthorizer;

/** Names arrive in lower case, repeats joined with a comma. */
export const header = ({ headers }: Pick<HttpEvent, 'headers'>, name: string): string | undefined => headers[name];

/**
 * Who acts: the IAM user's name, or role and session of an assumed role. The part of the ARN after its resource type.
 */
export function actorOf({ requestContext }: Pick<HttpEvent, 'requestContext'>): string {
  const { userArn } = requestContext.authorizer.iam;
  return userArn.slice(userArn.indexOf('/') + 1);
}
