/** The test that a match expression such as `{"prefix": "x"}` stands for; what the service refuses is refused. */
import { anythingBut } from './pattern-anything-but.ts';
import { type Fail, numericRange, parseCidr, parseWildcard } from './pattern-operands.ts';
import type { SourceNode } from './pattern-source.ts';
import { endsWith, equals, equalsIgnoringCase, type LeafTest, startsWith } from './pattern-tests.ts';

/** `absent` holds when the event has no leaf at the field's path. */
export type Condition = { readonly absent: boolean; readonly tests: readonly LeafTest[] };

type Operator = (operand: SourceNode, fail: Fail) => LeafTest;

const OPERATORS: Readonly<Record<string, Operator>> = {
  exactly: (operand, fail) => equals(textOf(operand, 'exact', fail)),
  'equals-ignore-case': (operand, fail) => equalsIgnoringCase(textOf(operand, 'equals-ignore-case', fail)),
  prefix: affix('prefix', startsWith),
  suffix: affix('suffix', endsWith),
  wildcard: (operand, fail) => parseWildcard(textOf(operand, 'wildcard', fail), operand.end, fail),
  numeric: numericRange,
  'anything-but': anythingBut,
  // The service speaks of a prefix here.
  cidr: (operand, fail) => parseCidr(textOf(operand, 'prefix', fail)),
};

/** The values listed for one field. Throws `InvalidEventPattern`. */
export function readCondition(values: SourceNode & { kind: 'array' }, fail: Fail): Condition {
  if (values.items.length === 0) fail('Empty arrays are not allowed', values.end);
  let absent = false;
  const tests: LeafTest[] = [];
  for (const value of values.items) {
    if (value.kind === 'array') fail('Match value must be String, number, true, false, or null', value.seen);
    else if (value.kind !== 'object') tests.push(equals(value.value));
    else if (readExists(value, fail) === false) absent = true;
    else tests.push(readExpression(value, fail));
  }
  return { absent, tests };
}

function readExpression(expression: SourceNode & { kind: 'object' }, fail: Fail): LeafTest {
  const [first, second] = expression.entries;
  if (first === undefined) return fail('Match expression name not found', expression.end);
  const [name, operand] = first;
  if (name === 'exists') return () => true;
  const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (operator === undefined) return fail(`Unrecognized match type ${name}`, operand.seen);
  const test = operator(operand, fail);
  if (second) {
    const counted = name === 'numeric' || name === 'anything-but';
    fail(
      counted ? 'Too many elements in numeric expression' : 'Only one key allowed in match expression',
      second[1].seen,
    );
  }
  return test;
}

function readExists(expression: SourceNode & { kind: 'object' }, fail: Fail): boolean | undefined {
  const [first, second] = expression.entries;
  if (first?.[0] !== 'exists') return undefined;
  const operand = first[1];
  if (operand.kind !== 'literal' || operand.value === null) {
    return fail('exists match pattern must be either true or false.', operand.seen);
  }
  if (second) fail('Only one key allowed in match expression', second[1].seen);
  return operand.value;
}

function affix(name: 'prefix' | 'suffix', test: (text: string, ignoreCase?: boolean) => LeafTest): Operator {
  const title = name === 'prefix' ? 'Prefix' : 'Suffix';
  return (operand, fail) => {
    if (operand.kind !== 'object') return test(textOf(operand, name, fail));
    const [first, second] = operand.entries;
    if (first === undefined) return fail(`${title} expression name not found`, operand.end);
    if (first[0] !== 'equals-ignore-case') return fail(`Unsupported ${name} pattern: ${first[0]}`, first[1].seen);
    const text = textOf(first[1], 'equals-ignore-case', fail);
    if (second) fail('Only one key allowed in match expression', second[1].seen);
    return test(text, true);
  };
}

function textOf(operand: SourceNode, operator: string, fail: Fail): string {
  return operand.kind === 'string' ? operand.value : fail(`${operator} match pattern must be a string`, operand.seen);
}
