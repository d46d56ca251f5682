/** A subscription gets the messages that its filter policy asks for. */
import { describe, expect, it } from 'vitest';
import { compileFilter, type FilterScope } from '../../../../../infra/local/services/sns/filter-policy.ts';

const attributes = {
  store: { DataType: 'String', StringValue: 'shop' },
  price: { DataType: 'Number', StringValue: '120.50' },
  interests: { DataType: 'String.Array', StringValue: '["soccer", "rugby", 7, null]' },
  bytes: { DataType: 'Binary', BinaryValue: 'AQI=' },
  numeral: { DataType: 'String', StringValue: '120.50' },
};

describe('By attributes', () => {
  it.each([
    [{ store: ['shop', 'other'] }, true],
    [{ store: [{ prefix: 'sh' }] }, true],
    [{ store: [{ suffix: 'op' }] }, true],
    [{ store: [{ 'equals-ignore-case': 'SHOP' }] }, true],
    [{ store: [{ 'anything-but': ['shop'] }] }, false],
    [{ store: [{ 'anything-but': { prefix: 'x' } }] }, true],
    [{ store: [{ exists: false }] }, false],
    [{ none: [{ exists: false }] }, true],
    [{ price: [{ numeric: ['>=', 100, '<', 200] }] }, true],
    [{ price: [120.5] }, true],
    [{ numeral: [120.5] }, false],
    [{ numeral: [{ numeric: ['>', 1] }] }, false],
    [{ interests: ['rugby'] }, true],
    [{ interests: [7] }, true],
    [{ interests: ['chess'] }, false],
    [{ bytes: ['AQI='] }, false],
    [{ store: ['shop'], price: [1] }, false],
    [{ $or: [{ store: ['other'] }, { price: [{ numeric: ['>', 100] }] }] }, true],
  ])('%j is %s', (policy, passes) => {
    expect(compileFilter(policy, 'MessageAttributes')({ message: 'x', attributes })).toBe(passes);
  });
});

it('By body, at any depth, and never where the body is no JSON object', () => {
  const passes = compileFilter({ order: { kind: ['sold'] } }, 'MessageBody');
  const sent = (message: string) => passes({ message, attributes: {} });
  expect(sent('{"order":{"kind":"sold"}}')).toBe(true);
  expect(sent('{"order":{"kind":"lent"}}')).toBe(false);
  expect(sent('sold')).toBe(false);
  expect(compileFilter({ a: [{ exists: false }] }, 'MessageBody')({ message: '[]', attributes: {} })).toBe(false);
});

describe('A policy that SNS refuses', () => {
  const many = (length: number) => Array.from({ length }, (_, n) => `v${n}`);

  it.each<[Record<string, unknown>, FilterScope, string]>([
    [{ a: { b: ['x'] } }, 'MessageAttributes', 'does not support nested filter policy'],
    [Object.fromEntries(many(6).map((key) => [key, ['x']])), 'MessageAttributes', 'more than 5 keys'],
    [{ a: many(11), b: many(14) }, 'MessageAttributes', 'too complex'],
    [{ a: { b: { c: many(51) } } }, 'MessageBody', 'too complex'],
    [{ a: [{ 'anything-but': { wildcard: 'x*' } }] }, 'MessageBody', 'Unrecognized match type wildcard'],
    [{ a: 'x' }, 'MessageBody', '"a" must be an object or an array'],
  ])('is refused in its words: %j', (policy, scope, reason) => {
    const compile = () => compileFilter(policy, scope);
    expect(compile).toThrow(reason);
    expect(compile).toThrow(/^Invalid parameter: Attributes Reason: FilterPolicy: /);
  });

  it('is not one at the very bounds', () => {
    expect(() => compileFilter({ a: many(10), b: many(15) }, 'MessageAttributes')).not.toThrow();
    expect(() => compileFilter({ a: { b: { c: many(50) } } }, 'MessageBody')).not.toThrow();
  });
});
