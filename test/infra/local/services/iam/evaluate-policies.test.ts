/** Policies allow and deny what IAM would, statement by statement and condition by condition. */
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../../../infra/local/services/iam/evaluate-policies.ts';
import type { RequestContext } from '../../../../../infra/local/services/iam/policy-conditions.ts';
import { readPolicy } from '../../../../../infra/local/services/iam/policy-document.ts';

const TABLE = 'arn:aws:dynamodb:eu-west-1:000000000000:table/Orders';
const MINE = 'arn:aws:iam::000000000000:role/mine';

function allows(
  statements: readonly object[],
  { action = 'dynamodb:GetItem', resource = TABLE, context = {} as RequestContext, Version = '2012-10-17' } = {},
): boolean {
  const { statements: read, faults } = readPolicy({ Version, Statement: statements }, 'here');
  expect(faults).toEqual([]);
  return evaluate(read, { action, resource, context }).allowed;
}
const allow = (changes: object = {}) => ({ Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: TABLE, ...changes });
const deny = (changes: object = {}) => ({ ...allow(changes), Effect: 'Deny' });
const when = (operator: string, key: string, ...values: unknown[]) =>
  allow({ Condition: { [operator]: { [key]: values } } });

describe('A request is allowed', () => {
  it.each<[string, object[], boolean]>([
    ['by a statement about it', [allow()], true],
    ['not by none', [], false],
    ['not by one about another action', [allow({ Action: 'dynamodb:PutItem' })], false],
    ['not by one about another resource', [allow({ Resource: `${TABLE}2` })], false],
    ['not where one statement denies it, before or after', [deny(), allow()], false],
    ['not where one statement denies it, after or before', [allow(), deny({ Action: '*', Resource: '*' })], false],
    ['where something else is denied', [allow(), deny({ Action: 'dynamodb:PutItem' })], true],
    [
      'where it is denied on a condition that does not hold',
      [allow(), { ...when('StringEquals', 'aws:RequestedRegion', 'x'), Effect: 'Deny' }],
      true,
    ],
    ['by an action in other capitals', [allow({ Action: 'DynamoDB:getitem' })], true],
    ['not by a resource in other capitals', [allow({ Resource: TABLE.toLowerCase() })], false],
    ['by any characters', [allow({ Action: 'dynamodb:*Item' })], true],
    ['by any single character', [allow({ Action: 'dynamodb:?etItem' })], true],
    ['not by a single character for none', [allow({ Action: 'dynamodb:GetItem?' })], false],
    ['by everything', [allow({ Action: '*', Resource: '*' })], true],
    ['not by a dot for any letter', [allow({ Resource: TABLE.replace('eu-west', 'eu.west') })], false],
    ['by one of several resources', [allow({ Resource: ['arn:x', TABLE] })], true],
    ['by every action but others', [allow({ Action: undefined, NotAction: ['dynamodb:Put*', 'sqs:*'] })], true],
    ['not by every action but it', [allow({ Action: undefined, NotAction: ['dynamodb:Get*'] })], false],
    ['by every resource but others', [allow({ Resource: undefined, NotResource: `${TABLE}2` })], true],
    ['not by every resource but it', [allow({ Resource: undefined, NotResource: TABLE })], false],
    ['not by a statement without resources', [allow({ Resource: undefined })], false],
  ])('%s', (_, statements, expected) => expect(allows(statements)).toBe(expected));

  it('by a pattern that goes across slashes', () => {
    const resource = `${TABLE}/index/byCustomer`;
    expect(allows([allow()], { resource })).toBe(false);
    expect(allows([allow({ Resource: `${TABLE}*` })], { resource })).toBe(true);
    expect(allows([allow({ Resource: 'arn:*:index/*' })], { resource })).toBe(false);
  });
});

describe('A variable', () => {
  const context = { 'aws:principalarn': [MINE], 'dynamodb:leadingkeys': ['a', 'b'] };
  const resource = (name: string) => `arn:aws:iam::000000000000:role/\${${name}}`;
  const pass = (name: string) => [allow({ Action: 'iam:PassRole', Resource: name })];

  it.each<[string, string, string, boolean]>([
    ['stands for its value', `\${aws:PrincipalArn}`, MINE, true],
    ['is not one in an older policy', `\${aws:PrincipalArn}`, `\${aws:PrincipalArn}`, false],
    ['without a value fits nothing', resource('aws:username'), resource('aws:username'), false],
    ['without a value has its default', resource("aws:username, 'mine'"), MINE, true],
    ['of many values has none', resource('dynamodb:LeadingKeys'), MINE.replace('mine', 'a'), false],
    ['stands for a star', resource('*'), MINE.replace('mine', '*'), true],
    ['that is a star is no pattern', resource('*'), MINE, false],
  ])('%s', (_, pattern, asked, expected) => {
    expect(allows(pass(pattern), { action: 'iam:PassRole', resource: asked, context })).toBe(expected);
  });

  it('is plain text in a policy of the first version', () => {
    const [asked, Version] = [`\${aws:PrincipalArn}`, '2008-10-17'];
    expect(allows(pass(asked), { action: 'iam:PassRole', resource: asked, context, Version })).toBe(true);
    expect(allows(pass(asked), { action: 'iam:PassRole', resource: MINE, context, Version })).toBe(false);
  });

  it('brings no pattern with its value', () => {
    const starred = { 'aws:principalarn': ['*'] };
    expect(
      allows([when('StringLike', 'aws:SourceArn', `\${aws:PrincipalArn}`)], {
        context: { ...starred, 'aws:sourcearn': ['a'] },
      }),
    ).toBe(false);
    expect(
      allows([when('StringLike', 'aws:SourceArn', `\${aws:PrincipalArn}`)], {
        context: { ...starred, 'aws:sourcearn': ['*'] },
      }),
    ).toBe(true);
  });

  it('without a value never makes a negated condition hold', () => {
    const statements = [when('StringNotEquals', 'aws:RequestedRegion', `\${aws:username}`)];
    expect(allows(statements, { context: { 'aws:requestedregion': ['eu-west-1'] } })).toBe(false);
  });
});

describe('A condition', () => {
  it.each<[string, string, unknown[], string[], boolean]>([
    ['StringEquals', 'aws:RequestedRegion', ['a', 'b'], ['b'], true],
    ['StringEquals', 'AWS:requestedregion', ['a'], ['a'], true],
    ['StringEquals', 'aws:RequestedRegion', ['A'], ['a'], false],
    ['StringEquals', 'aws:RequestedRegion', ['*'], ['a'], false],
    ['StringNotEquals', 'aws:RequestedRegion', ['a', 'b'], ['b'], false],
    ['StringNotEquals', 'aws:RequestedRegion', ['a', 'b'], ['c'], true],
    ['StringEqualsIgnoreCase', 'aws:RequestedRegion', ['A'], ['a'], true],
    ['StringNotEqualsIgnoreCase', 'aws:RequestedRegion', ['A'], ['a'], false],
    ['StringLike', 'aws:RequestedRegion', ['eu-*'], ['eu-west-1'], true],
    ['StringLike', 'aws:RequestedRegion', ['EU-*'], ['eu-west-1'], false],
    ['StringNotLike', 'aws:RequestedRegion', ['eu-*', 'us-*'], ['eu-west-1'], false],
    ['ArnLike', 'aws:SourceArn', ['arn:aws:sqs:*:1:*'], ['arn:aws:sqs:eu:1:q:r'], true],
    ['ArnLike', 'aws:SourceArn', ['arn:aws:sqs:*:q'], ['arn:aws:sqs:eu:1:q'], false],
    ['ArnEquals', 'aws:SourceArn', ['arn:aws:s?s:eu:1:q/*'], ['arn:aws:sqs:eu:1:q/r/s'], true],
    ['ArnNotEquals', 'aws:SourceArn', ['arn:aws:sqs:eu:1:*'], ['arn:aws:sqs:eu:1:q'], false],
    ['ArnNotLike', 'aws:SourceArn', ['arn:aws:sqs:eu:1:*'], ['arn:aws:sqs:eu:2:q'], true],
    ['Bool', 'aws:SecureTransport', [true], ['true'], true],
    ['Bool', 'aws:SecureTransport', ['False'], ['true'], false],
    ['Null', 'aws:SourceArn', ['true'], [], true],
    ['Null', 'aws:SourceArn', ['true'], ['a'], false],
    ['Null', 'aws:SourceArn', [false], ['a'], true],
    ['StringEquals', 'aws:SourceArn', ['a'], [], false],
    ['StringEqualsIfExists', 'aws:SourceArn', ['a'], [], true],
    ['StringEqualsIfExists', 'aws:SourceArn', ['a'], ['b'], false],
    ['StringNotEquals', 'aws:SourceArn', ['a'], [], true],
    ['StringNotLike', 'aws:SourceArn', ['a'], [], true],
    ['ForAllValues:StringEquals', 'dynamodb:LeadingKeys', ['a', 'b'], ['a', 'b', 'a'], true],
    ['ForAllValues:StringEquals', 'dynamodb:LeadingKeys', ['a'], ['a', 'b'], false],
    ['ForAllValues:StringEquals', 'dynamodb:LeadingKeys', ['a'], [], true],
    ['ForAllValues:StringNotEquals', 'dynamodb:LeadingKeys', ['a'], ['b', 'a'], false],
    ['ForAnyValue:StringEquals', 'dynamodb:LeadingKeys', ['a'], ['b', 'a'], true],
    ['ForAnyValue:StringEquals', 'dynamodb:LeadingKeys', ['a'], ['b'], false],
    ['ForAnyValue:StringEquals', 'dynamodb:LeadingKeys', ['a'], [], false],
    ['ForAnyValue:StringNotEquals', 'dynamodb:LeadingKeys', ['a'], ['a', 'b'], true],
    ['ForAnyValue:StringNotEquals', 'dynamodb:LeadingKeys', ['a'], [], false],
    ['ForAnyValue:StringLikeIfExists', 'dynamodb:LeadingKeys', ['a'], [], true],
  ])('%s on %s %j with %j: %#', (operator, key, wanted, actual, expected) => {
    const context = actual.length === 0 ? {} : { [key.toLowerCase()]: actual };
    expect(allows([when(operator, key, ...wanted)], { context })).toBe(expected);
  });

  it('holds only with all its keys, and with all other conditions', () => {
    const Condition = {
      StringEquals: { 'aws:SourceArn': 'a', 'aws:SourceAccount': 'b' },
      Bool: { 'aws:SecureTransport': 'true' },
    };
    const all = { 'aws:sourcearn': ['a'], 'aws:sourceaccount': ['b'], 'aws:securetransport': ['true'] };
    expect(allows([allow({ Condition })], { context: all })).toBe(true);
    for (const key of Object.keys(all))
      expect(allows([allow({ Condition })], { context: { ...all, [key]: ['c'] } })).toBe(false);
  });
});

describe('A denial says', () => {
  it('which statement denies, or which condition was not met', () => {
    const { statements } = readPolicy(
      { Statement: [when('ForAnyValue:StringEquals', 'dynamodb:LeadingKeys', 'a', 'b')] },
      'here',
    );
    const right = { action: 'dynamodb:GetItem', resource: TABLE, context: {} };
    expect(evaluate(statements, right)).toEqual({
      allowed: false,
      denied: 'implicitly',
      unmet: ['ForAnyValue:StringEquals dynamodb:leadingkeys a or b'],
    });
    expect(evaluate(readPolicy({ Statement: deny() }, 'there').statements, right)).toEqual({
      allowed: false,
      denied: 'explicitly',
      from: 'there',
    });
  });
});

describe('Of a policy is told', () => {
  it.each<[string, unknown, string[]]>([
    ['that it is none', 'text', ['is no policy document']],
    [
      'an operator that is not known',
      { Statement: [when('DateGreaterThan', 'aws:SourceArn', 'a')] },
      ['Statement[0]: the condition operator DateGreaterThan is not known to the local cloud'],
    ],
    [
      'a key that is not known',
      { Statement: [allow(), when('StringEquals', 'aws:SourceVpc', 'a')] },
      ['Statement[1]: the condition key aws:SourceVpc is not known to the local cloud'],
    ],
    [
      'a form that is not known',
      { Statement: allow({ NotPrincipal: '*' }) },
      ['Statement[0]: Unrecognized key: "NotPrincipal"'],
    ],
    [
      'an effect that is none',
      { Statement: allow({ Effect: 'allow' }) },
      ['Statement[0]: Effect: Invalid option: expected one of "Allow"|"Deny"'],
    ],
    [
      'nothing about services that are not checked',
      { Statement: allow({ Action: 's3:*', Condition: { DateEquals: { 's3:x': '1' } } }) },
      [],
    ],
    [
      'what is not known about every action',
      { Statement: allow({ Action: '*', Condition: { Null: { 's3:x': '1' } } }) },
      ['Statement[0]: the condition key s3:x is not known to the local cloud'],
    ],
  ])('%s', (_, document, faults) => expect(readPolicy(document, 'here').faults).toEqual(faults));
});
