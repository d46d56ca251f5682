/** A value that CloudFormation would refuse for a parameter is refused, in the words of the template where it has some. */
import { describe, expect, it } from 'vitest';
import { valueFault } from '../../../../../infra/local/engine/template/parameter-values.ts';
import type { TemplateParameter } from '../../../../../infra/local/engine/template/template.ts';
import { faultsOf, stackOf } from '../boot/planned.ts';

const number = { Type: 'Number', MinValue: 1, MaxValue: '10' };
const text = { Type: 'String', MinLength: 2, MaxLength: '4', AllowedPattern: '[a-z-]*' };
const list = { Type: 'CommaDelimitedList', AllowedValues: ['a', 'b', 3] };
const numbers = { Type: 'List<Number>', MaxValue: 10 };

describe('A value', () => {
  it.each<[TemplateParameter, unknown, string]>([
    [number, '', 'is "": must be a number'],
    [number, 'abc', 'is "abc": must be a number'],
    [number, '1 2', 'is "1 2": must be a number'],
    [number, '0.5', 'is "0.5": must be 1 or more'],
    [number, '11', 'is "11": must be 10 or less'],
    [{ Type: 'Number', AllowedValues: [1, 2] }, '3', 'is "3": must be one of 1, 2'],
    [text, 'a', 'is "a": must have 2 characters or more'],
    [text, 'abcde', 'is "abcde": must have 4 characters or less'],
    [text, 'ab1', 'is "ab1": must match the pattern [a-z-]*'],
    [{ Type: 'String', AllowedPattern: 'a|b' }, 'ab', 'is "ab": must match the pattern a|b'],
    [{ Type: 'String', AllowedPattern: '\\p{L}+' }, 'é1', 'is "é1": must match the pattern \\p{L}+'],
    [{ Type: 'String', AllowedValues: ['true', false] }, 'yes', 'is "yes": must be one of true, false'],
    [list, 'a,c', 'is "a,c": must be one of a, b, 3'],
    [{ Type: 'CommaDelimitedList', AllowedPattern: '[a-z]+' }, 'a, b,7', 'is "a, b,7": must match the pattern [a-z]+'],
    [numbers, '1,x', 'is "1,x": must be a number'],
    [numbers, '1,', 'is "1,": must be a number'],
    [numbers, '1,11', 'is "1,11": must be 10 or less'],
    [
      { ...number, ConstraintDescription: 'must be a few,\n  but not many' },
      '0',
      'is "0": must be a few, but not many',
    ],
    [{ ...text, NoEcho: true }, 'secret', 'is not taken: must have 4 characters or less'],
    [{ ...text, NoEcho: 'true' }, 'secret', 'is not taken: must have 4 characters or less'],
  ])('is refused by %j: %j', (parameter, value, fault) => {
    expect(valueFault(parameter, value)).toBe(fault);
  });

  it.each<[TemplateParameter, unknown]>([
    [number, '1'],
    [number, 10],
    [number, '1.5e0'],
    [{ Type: 'Number' }, '-.5'],
    [{ Type: 'String' }, ''],
    [text, 'a-b'],
    [{ Type: 'String', AllowedPattern: '^a$|^b$' }, 'b'],
    [{ Type: 'String', AllowedValues: ['true', false] }, 'false'],
    [list, 'a, b,3'],
    [numbers, '1, 2.5'],
    [{ Type: 'AWS::EC2::VPC::Id' }, 'vpc-1'],
    [{ Type: 'List<AWS::EC2::Subnet::Id>', AllowedPattern: 'subnet-.*' }, 'subnet-1,subnet-2'],
    [{ Type: 'AWS::SSM::Parameter::Value<String>', AllowedValues: ['small'] }, '/shop/size'],
  ])('is taken by %j: %j', (parameter, value) => {
    expect(valueFault(parameter, value)).toBeUndefined();
  });

  it.each(['\\A[a-z]+\\z', '[a-z&&[^q]]+', '(?i)[a-z]++', '\\p{Alpha}+'])(
    'is taken when only Java reads the pattern: %s',
    (AllowedPattern) => {
      expect(valueFault({ Type: 'String', AllowedPattern }, 'abc')).toBeUndefined();
    },
  );
});

it('Every value that is refused is told by its stack and parameter, with all else: defaults too', () => {
  const stack = stackOf({
    Parameters: {
      Limit: { Type: 'Number', Default: 'many' },
      Size: { Type: 'String', AllowedValues: ['s', 'm'], ConstraintDescription: 'must be s or m' },
      Secret: { Type: 'String', MinLength: 8, NoEcho: true },
      Free: { Type: 'String', Default: '' },
    },
    Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { DelaySeconds: { Ref: 'Limit' } } } },
  });
  expect(faultsOf({ ...stack, parameters: { Size: 'l', Secret: 'hidden' } })).toEqual([
    'App, property Parameters.Limit: is "many": must be a number',
    'App, property Parameters.Size: is "l": must be s or m',
    'App, property Parameters.Secret: is not taken: must have 8 characters or more',
  ]);
});
