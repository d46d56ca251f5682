/** Every pattern is refused that the service refuses, in its words. */
import { describe, expect, it } from 'vitest';
import {
  compilePattern,
  InvalidEventPattern,
} from '../../../../../../infra/local/services/eventbridge/pattern/pattern.ts';

function refusal(pattern: unknown): InvalidEventPattern {
  try {
    compilePattern(pattern);
  } catch (error) {
    if (error instanceof InvalidEventPattern) return error;
    throw error;
  }
  throw new Error(`accepted ${JSON.stringify(pattern)}`);
}

const many = (count: number, prefix: string): object[] =>
  Array.from({ length: count }, (_, n) => ({ [`${prefix}${n}`]: [n] }));

const refused: readonly (readonly [pattern: unknown, reason: string])[] = [
  [{}, 'Empty objects are not allowed'],
  [{ a: {} }, 'Empty objects are not allowed'],
  [{ a: [] }, 'Empty arrays are not allowed'],
  [[], 'Filter is not an object'],
  ['"x"', 'Filter is not an object'],
  [undefined, 'Filter is not an object'],
  [{ a: 'x' }, '"a" must be an object or an array'],
  [{ a: 1 }, '"a" must be an object or an array'],
  [{ a: null }, '"a" must be an object or an array'],
  [{ a: [['x']] }, 'Match value must be String, number, true, false, or null'],
  [{ a: [{}] }, 'Match expression name not found'],
  [{ a: [{ regex: 'x' }] }, 'Unrecognized match type regex'],
  [{ a: [{ PREFIX: 'x' }] }, 'Unrecognized match type PREFIX'],
  [{ a: [{ constructor: 'x' }] }, 'Unrecognized match type constructor'],
  [{ a: [{ prefix: 'x', suffix: 'y' }] }, 'Only one key allowed in match expression'],
  [{ a: [{ exists: true, prefix: 'y' }] }, 'Only one key allowed in match expression'],
  [{ a: [{ numeric: ['=', 1], prefix: 'y' }] }, 'Too many elements in numeric expression'],
  [{ a: [{ 'anything-but': 'x', prefix: 'y' }] }, 'Too many elements in numeric expression'],
  [{ a: [{ prefix: 1 }] }, 'prefix match pattern must be a string'],
  [{ a: [{ prefix: ['x'] }] }, 'prefix match pattern must be a string'],
  [{ a: [{ prefix: {} }] }, 'Prefix expression name not found'],
  [{ a: [{ prefix: { wildcard: 'x' } }] }, 'Unsupported prefix pattern: wildcard'],
  [{ a: [{ prefix: { 'equals-ignore-case': 1 } }] }, 'equals-ignore-case match pattern must be a string'],
  [{ a: [{ suffix: null }] }, 'suffix match pattern must be a string'],
  [{ a: [{ suffix: { prefix: 'x' } }] }, 'Unsupported suffix pattern: prefix'],
  [{ a: [{ 'equals-ignore-case': ['x'] }] }, 'equals-ignore-case match pattern must be a string'],
  [{ a: [{ exists: 'true' }] }, 'exists match pattern must be either true or false.'],
  [{ a: [{ exists: null }] }, 'exists match pattern must be either true or false.'],
  [{ a: [{ wildcard: 1 }] }, 'wildcard match pattern must be a string'],
  [{ a: [{ wildcard: 'a**b' }] }, 'Consecutive wildcard characters at pos 2'],
  [{ a: [{ wildcard: 'é**' }] }, 'Consecutive wildcard characters at pos 3'],
  [{ a: [{ wildcard: 'a\\b' }] }, 'Invalid escape character at pos 2'],
  [{ a: [{ wildcard: 'a\\' }] }, 'Invalid escape character at pos 2'],
  [{ a: [{ numeric: 1 }] }, 'Value of numeric must be an array.'],
  [{ a: [{ numeric: [] }] }, 'Invalid member in numeric match: ]'],
  [{ a: [{ numeric: [1] }] }, 'Invalid member in numeric match: 1'],
  [{ a: [{ numeric: ['<>', 1] }] }, 'Unrecognized numeric range operator: <>'],
  [{ a: [{ numeric: ['='] }] }, 'Value of equals must be numeric'],
  [{ a: [{ numeric: ['>', '1'] }] }, 'Value of > must be numeric'],
  [{ a: [{ numeric: ['=', 1, '<', 2] }] }, 'Too many elements in numeric expression'],
  [{ a: [{ numeric: ['<', 5, '>', 1] }] }, 'Too many elements in numeric expression'],
  [{ a: [{ numeric: ['>', 1, 2] }] }, 'Bad value in numeric range: 2'],
  [{ a: [{ numeric: ['>', 1, '=', 2] }] }, 'Bad numeric range operator: ='],
  [{ a: [{ numeric: ['>', 1, '<'] }] }, 'Value of < must be numeric'],
  [{ a: [{ numeric: ['>', 1, '<', 2, '<'] }] }, 'Too many terms in numeric range expression'],
  [{ a: [{ numeric: ['>', 5, '<', 5] }] }, 'Bottom must be less than top'],
  [{ a: [{ numeric: ['>=', 6, '<=', 5] }] }, 'Bottom must be less than top'],
  [{ a: [{ 'anything-but': null }] }, 'Value of anything-but must be an array or single string/number value.'],
  [{ a: [{ 'anything-but': true }] }, 'Value of anything-but must be an array or single string/number value.'],
  [{ a: [{ 'anything-but': ['x', null] }] }, 'Inside anything but list, start|null|boolean is not supported.'],
  [
    { a: [{ 'anything-but': ['x', 1] }] },
    'Inside anything but list, either all values are number or string, mixed type is not supported',
  ],
  [
    { a: [{ 'anything-but': [] }] },
    'Inside anything but list, either all values are number or string, mixed type is not supported',
  ],
  [{ a: [{ 'anything-but': {} }] }, 'Anything-But expression name not found'],
  [{ a: [{ 'anything-but': { exists: true } }] }, 'Unsupported anything-but pattern: exists'],
  [{ a: [{ 'anything-but': { numeric: ['=', 1] } }] }, 'Unsupported anything-but pattern: numeric'],
  [{ a: [{ 'anything-but': { prefix: '' } }] }, 'Null prefix/suffix not allowed'],
  [{ a: [{ 'anything-but': { suffix: ['x', ''] } }] }, 'Null prefix/suffix not allowed'],
  [{ a: [{ 'anything-but': { prefix: 1 } }] }, 'prefix/suffix match pattern must be a string'],
  [{ a: [{ 'anything-but': { wildcard: '**' } }] }, 'Consecutive wildcard characters at pos 1'],
  [
    { a: [{ 'anything-but': { 'equals-ignore-case': [1] } }] },
    'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
  ],
  [{ a: [{ 'anything-but': { prefix: 'x', suffix: 'y' } }] }, 'Too many elements in numeric expression'],
  [{ a: [{ cidr: 'x' }] }, "Malformed CIDR, one '/' required"],
  [{ a: [{ cidr: '10.0.0.0/' }] }, "Malformed CIDR, one '/' required"],
  [{ a: [{ cidr: '10.0.0.0/8/8' }] }, "Malformed CIDR, one '/' required"],
  [{ a: [{ cidr: '10.0.0.0/x' }] }, 'Malformed CIDR, mask bits must be an integer'],
  [{ a: [{ cidr: '10.0.0.0/-1' }] }, 'Malformed CIDR, mask bits must not be negative'],
  [{ a: [{ cidr: 'xx.11.xx/8' }] }, 'Nonstandard IP address: xx.11.xx'],
  [{ a: [{ cidr: '10.0.0.0/32' }] }, 'IPv4 mask bits must be < 32'],
  [{ a: [{ cidr: '::1/128' }] }, 'IPv6 mask bits must be < 128'],
  [{ $or: { a: [1] } }, 'It must be an Array followed with $or.'],
  [{ $or: [{ a: [1] }] }, 'There must have at least 2 Objects in $or relationship.'],
  [{ $or: [] }, 'There must have at least 2 Objects in $or relationship.'],
  [{ $or: [{ a: [1] }, 2] }, 'Only JSON object is allowed in array of $or relationship.'],
  [{ $or: [{ a: [1] }, {}] }, 'Empty objects are not allowed'],
  [{ $or: [{ a: [1] }, { prefix: ['x'] }] }, 'prefix is Ruler reserved fieldName which cannot be used inside $or.'],
  [
    { $or: many(7, 'a'), b: { $or: many(11, 'b') }, c: { $or: many(13, 'c') } },
    '$or makes 1001 combinations, at most 1000 are allowed',
  ],
];

describe('an invalid pattern', () => {
  it.each(refused)('%j is refused: %s', (pattern, reason) => {
    expect(refusal(pattern).reason).toBe(reason);
  });

  it.each([
    ['{"int": 42}', '"int" must be an object or an array', 1, 11],
    ['{"string": "my-value"}', '"string" must be an object or an array', 1, 13],
    ['{"resources": []}', 'Empty arrays are not allowed', 1, 17],
    ['{"my_key": [{"EXISTS": true}]}', 'Unrecognized match type EXISTS', 1, 28],
    ['{"n": [{"numeric": [">", 0, "<"]}]}', 'Value of < must be numeric', 1, 33],
    ['{\n  "a":\n    [{"prefix": 123}]}', 'prefix match pattern must be a string', 3, 20],
    [
      'plain text',
      "Unrecognized token 'plain': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
      1,
      6,
    ],
    ["{'a': 1}", "Unexpected character (''' (code 39)): was expecting double-quote to start field name", 1, 2],
    ['{"a": ["x"', 'Unexpected end-of-input', 1, 11],
    ['{"a": ["x', 'Unexpected end-of-input in VALUE_STRING', 1, 10],
    ['{"a": ["x"]} {', "Unexpected character ('{' (code 123)): was expecting the end of the pattern", 1, 14],
  ])('%j names the place', (text, reason, line, column) => {
    expect(refusal(text).message).toBe(
      `Event pattern is not valid. Reason: ${reason}\n at [Source: (String)"${text}"; line: ${line}, column: ${column}]`,
    );
  });

  it('shows at most the first 500 characters of a long pattern', () => {
    const text = `{"a": "${'x'.repeat(600)}"}`;
    expect(refusal(text).message).toContain(`${text.slice(0, 500)}"[truncated 109 chars]; line: 1, column: 8]`);
  });

  it.each(['[', '{"a":', '{"$or":['])('is refused, not fatal, when %s is nested a hundred thousand deep', (opening) => {
    expect(refusal(opening.repeat(100_000)).reason).toMatch(/nesting depth/);
  });

  it('a thousand combinations are accepted', () => {
    const tens = { $or: many(10, 'a') };
    expect(compilePattern({ x: tens, y: tens, z: tens })({ x: { a1: 1 }, y: { a9: 9 }, z: { a0: 0 } })).toBe(true);
  });
});
