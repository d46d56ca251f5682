/** Whether a service may assume a role, as far as the trust policy in the template shows it. */
import { matches } from './wildcard.ts';

/** `undefined` in a condition stands for values of a form that is not looked at. */
export type TrustStatement = {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: readonly string[];
  readonly Principal?: string | Readonly<Record<string, readonly string[]>> | undefined;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[] | undefined>>>> | undefined;
};

/** For whom a service assumes a role: the values of `aws:SourceArn` and `aws:SourceAccount`. */
export type TrustSource = { readonly arn: string; readonly account: string };

/** An explicit denial counts more than what is allowed. Conditions on other keys are taken to hold. */
export function trusts(trust: readonly TrustStatement[], service: string, source: TrustSource): boolean {
  const about = trust.filter(
    ({ Action, Principal, Condition = {} }) =>
      Action.some((action) => matches('sts:AssumeRole'.toLowerCase(), action.toLowerCase())) &&
      names(Principal, service) &&
      Object.entries(Condition).every(([operator, keys]) => conditionHolds(operator, keys, source)),
  );
  return about.some(({ Effect }) => Effect === 'Allow') && !about.some(({ Effect }) => Effect === 'Deny');
}

/** Whether the trust policy says anything of the service. */
export function namesService(trust: readonly TrustStatement[], service: string): boolean {
  return trust.some(({ Principal }) => names(Principal, service));
}

function names(principal: TrustStatement['Principal'], service: string): boolean {
  if (principal === undefined || typeof principal === 'string') return principal === '*';
  return principal.Service?.includes(service) ?? false;
}

function conditionHolds(
  operator: string,
  keys: Readonly<Record<string, readonly string[] | undefined>>,
  { arn, account }: TrustSource,
): boolean {
  const exact = /^StringEquals(IfExists)?$/.test(operator);
  if (!exact && !/^(StringLike|ArnLike|ArnEquals)(IfExists)?$/.test(operator)) return true;
  const actual: Readonly<Record<string, string>> = { 'aws:sourcearn': arn, 'aws:sourceaccount': account };
  return Object.entries(keys).every(([key, allowed]) => {
    const value = actual[key.toLowerCase()];
    if (value === undefined || allowed === undefined) return true;
    return allowed.some((pattern) => (exact ? pattern === value : matches(value, pattern)));
  });
}
