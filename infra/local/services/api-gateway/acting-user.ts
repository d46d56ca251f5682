/** Who acts in a request to a route or function URL with IAM authorization, where nobody signs requests. */
import type { Answer } from './gateway-response.ts';

/** Names who acts; no function sees it, because none would when deployed. */
export const USER_HEADER = 'x-local-user';

/** What IAM allows in the name of a user. */
const USER_NAME = /^[\w+=,.@-]{1,64}$/;

/** The one name given, `local` without any, and `undefined` for what cannot be the name of one user. */
export function actingUser(given: readonly string[]): string | undefined {
  const [name = 'local', ...more] = given;
  return more.length === 0 && USER_NAME.test(name) ? name : undefined;
}

/** A user of the account, as an authorizer of the type IAM tells of one. */
export function iamIdentity(name: string, account: string) {
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

/** Where the deployed gateway would answer that the signature is wrong. */
export function impossibleUser(): Answer {
  const problem = {
    type: 'about:blank',
    title: 'Bad Request',
    status: 400,
    detail: `The header ${USER_HEADER} must be one user name: 1 to 64 letters, digits or any of + = , . @ _ -`,
  };
  const headers = [['content-type', 'application/problem+json']] as const;
  return { status: 400, headers, body: Buffer.from(JSON.stringify(problem)) };
}
