/** What `{"anything-but": ...}` excludes. */
import { type Fail, parseWildcard } from './pattern-operands.ts';
import type { SourceNode } from './pattern-source.ts';
import { endsWith, equals, equalsIgnoringCase, type LeafTest, noneOf, startsWith } from './pattern-tests.ts';

const NESTED = ['equals-ignore-case', 'prefix', 'suffix', 'wildcard'] as const;
type Nested = (typeof NESTED)[number];

/** A string or number, a list of strings or of numbers, or one nested operator with a string or a list of strings. */
export function anythingBut(operand: SourceNode, fail: Fail): LeafTest {
  if (operand.kind !== 'object') return noneOf(plainValues(operand, fail).map((value) => equals(value)));
  const [first, second] = operand.entries;
  if (first === undefined) return fail('Anything-But expression name not found', operand.end);
  const [name, excluded] = first;
  const nested = NESTED.find((known) => known === name);
  if (nested === undefined) return fail(`Unsupported anything-but pattern: ${name}`, excluded.seen);
  const items = excluded.kind === 'array' ? excluded.items : [single(excluded, fail)];
  const tests = items.map((item) => nestedTest(nested, item, excluded.end, fail));
  if (second) fail('Too many elements in numeric expression', second[1].seen);
  return noneOf(tests);
}

function plainValues(operand: SourceNode, fail: Fail): (string | number)[] {
  if (operand.kind !== 'array') return [single(operand, fail).value];
  const values = operand.items.map((item) =>
    item.kind === 'string' || item.kind === 'number'
      ? item.value
      : fail('Inside anything but list, start|null|boolean is not supported.', item.seen),
  );
  if (new Set(values.map((value) => typeof value)).size !== 1) {
    fail('Inside anything but list, either all values are number or string, mixed type is not supported', operand.end);
  }
  return values;
}

function single(node: SourceNode, fail: Fail): SourceNode & { kind: 'string' | 'number' } {
  if (node.kind === 'string' || node.kind === 'number') return node;
  return fail('Value of anything-but must be an array or single string/number value.', node.seen);
}

function nestedTest(name: Nested, item: SourceNode, end: number, fail: Fail): LeafTest {
  if (item.kind !== 'string') return fail(notText(name), item.seen);
  if (name === 'equals-ignore-case') return equalsIgnoringCase(item.value);
  if (name === 'wildcard') return parseWildcard(item.value, end, fail);
  if (item.value === '') return fail('Null prefix/suffix not allowed', item.end);
  return name === 'prefix' ? startsWith(item.value) : endsWith(item.value);
}

function notText(name: Nested): string {
  if (name === 'wildcard') return 'wildcard match pattern must be a string';
  if (name !== 'equals-ignore-case') return 'prefix/suffix match pattern must be a string';
  return 'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.';
}
