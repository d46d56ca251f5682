/** A role is assumed by whom it trusts, as far as its template shows. */
import { expect, it } from 'vitest';
import { type TrustStatement, trusts } from '../../../../../infra/local/services/iam/role-trust.ts';

const GROUP = 'arn:aws:scheduler:eu-west-1:000000000000:schedule-group/default';
const source = { arn: GROUP, account: '000000000000' };
const allow = (changes: Partial<TrustStatement> = {}): TrustStatement => ({
  Effect: 'Allow',
  Action: ['sts:AssumeRole'],
  Principal: { Service: ['scheduler.amazonaws.com'] },
  ...changes,
});
const when = (operator: string, key: string, ...values: string[]) =>
  allow({ Condition: { [operator]: { [key]: values } } });

it.each<[string, TrustStatement[], boolean]>([
  ['nobody', [], false],
  ['the service', [allow()], true],
  ['several services', [allow({ Principal: { Service: ['lambda.amazonaws.com', 'scheduler.amazonaws.com'] } })], true],
  ['another service', [allow({ Principal: { Service: ['events.amazonaws.com'] } })], false],
  ['an account', [allow({ Principal: { AWS: ['scheduler.amazonaws.com'] } })], false],
  ['everybody', [allow({ Principal: '*' })], true],
  ['nobody in particular', [allow({ Principal: undefined })], false],
  ['every action', [allow({ Action: ['sts:*'] })], true],
  ['the action in other capitals', [allow({ Action: ['STS:assumerole'] })], true],
  ['another action', [allow({ Action: ['sts:TagSession'] })], false],
  ['the service, and denies it', [allow(), allow({ Effect: 'Deny' })], false],
  ['the service, and denies another', [allow(), allow({ Effect: 'Deny', Principal: { Service: ['x'] } })], true],
  ['the group', [when('StringEquals', 'aws:SourceArn', GROUP)], true],
  ['one of several groups', [when('ArnEquals', 'AWS:SourceArn', 'arn:x', GROUP)], true],
  [
    'groups by pattern',
    [when('ArnLike', 'aws:SourceArn', 'arn:aws:scheduler:*:000000000000:schedule-group/def????')],
    true,
  ],
  ['a pattern that is none', [when('StringEquals', 'aws:SourceArn', 'arn:aws:scheduler:*')], false],
  [
    'a schedule of the group',
    [when('StringLike', 'aws:SourceArn', GROUP.replace('-group/default', '/default/*'))],
    false,
  ],
  ['a dot as a letter', [when('StringLike', 'aws:SourceArn', GROUP.replace('arn', 'a.n'))], false],
  ['another account', [when('StringEquals', 'aws:SourceAccount', '111111111111')], false],
  [
    'what is not looked at',
    [when('StringEquals', 'aws:PrincipalTag/team', 'a'), when('Bool', 'aws:SecureTransport', 'true')],
    true,
  ],
])('It trusts %s', (_, trust, expected) => {
  expect(trusts(trust, 'scheduler.amazonaws.com', source)).toBe(expected);
});
