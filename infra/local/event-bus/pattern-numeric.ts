/** Which numbers does `{"numeric": [...]}` admit? */
import type { Fail } from './pattern-operands.ts';
import type { SourceNode } from './pattern-source.ts';
import { type Bound, inRange, type LeafTest } from './pattern-tests.ts';

/** One comparison, or a range with the lower bound first and below the upper one. */
export function numericRange(operand: SourceNode, fail: Fail): LeafTest {
  if (operand.kind !== 'array') return fail('Value of numeric must be an array.', operand.seen);
  const { items, end } = operand;
  const [first, second, third, fourth, fifth] = items;
  if (first?.kind !== 'string') return fail(`Invalid member in numeric match: ${shown(first)}`, first?.end ?? end);
  const operator = first.value;
  if (!['=', '<', '<=', '>', '>='].includes(operator)) {
    return fail(`Unrecognized numeric range operator: ${operator}`, second?.seen ?? end);
  }
  const value = numberOf(second, operator === '=' ? 'equals' : operator, end, fail);
  const bound: Bound = { value, inclusive: operator.endsWith('=') };
  if (!operator.startsWith('>')) {
    if (third) fail('Too many elements in numeric expression', third.seen);
    return inRange(operator === '=' ? bound : undefined, bound);
  }
  if (third === undefined) return inRange(bound, undefined);
  if (third.kind !== 'string') return fail(`Bad value in numeric range: ${shown(third)}`, third.end);
  const upper = third.value;
  if (upper !== '<' && upper !== '<=') return fail(`Bad numeric range operator: ${upper}`, third.end);
  const top: Bound = { value: numberOf(fourth, upper, end, fail), inclusive: upper === '<=' };
  if (fifth) fail('Too many terms in numeric range expression', fifth.seen);
  if (bound.value >= top.value) fail('Bottom must be less than top', end);
  return inRange(bound, top);
}

function numberOf(node: SourceNode | undefined, operator: string, end: number, fail: Fail): number {
  return node?.kind === 'number' ? node.value : fail(`Value of ${operator} must be numeric`, node?.seen ?? end);
}

/** As the service's reader prints the token it found. */
function shown(node: SourceNode | undefined): string {
  if (node === undefined) return ']';
  if (node.kind === 'object') return '{';
  return node.kind === 'array' ? '[' : String(node.value);
}
