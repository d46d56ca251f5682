/** What the operands of `wildcard`, `cidr` and `numeric` mean when they are well formed. */
import { InvalidEventPattern, type SourceNode } from './pattern-source.ts';
import { addressFamily, type Bound, inBlock, inRange, type LeafTest, matchesPieces } from './pattern-tests.ts';

/** Refuses the pattern at an index of its text. */
export type Fail = (reason: string, index: number) => never;

/** `*` is any run of characters, `\*` and `\\` are the characters themselves; nothing else may be escaped, `**` is refused. */
export function parseWildcard(text: string, index: number, fail: Fail): LeafTest {
  const pieces = [''];
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    const next = text[at + 1];
    // The service counts bytes of the value with its opening quote.
    const position = (): number => Buffer.byteLength(text.slice(0, at)) + 1;
    if (character === '*') {
      if (next === '*') fail(`Consecutive wildcard characters at pos ${position()}`, index);
      pieces.push('');
    } else if (character === '\\') {
      if (next !== '*' && next !== '\\') fail(`Invalid escape character at pos ${position()}`, index);
      pieces.push(`${pieces.pop()}${next}`);
      at += 1;
    } else pieces.push(`${pieces.pop()}${character}`);
  }
  return matchesPieces(pieces);
}

/** `address/bits`, IPv4 below 32 bits, IPv6 below 128. The service names no place in the pattern for these errors. */
export function parseCidr(text: string): LeafTest {
  const [address, bits, ...rest] = text.replace(/\/+$/, '').split('/');
  if (address === undefined || bits === undefined || rest.length > 0) {
    throw new InvalidEventPattern("Malformed CIDR, one '/' required");
  }
  if (!/^[+-]?\d+$/.test(bits)) throw new InvalidEventPattern('Malformed CIDR, mask bits must be an integer');
  const maskBits = Number(bits);
  if (maskBits < 0) throw new InvalidEventPattern('Malformed CIDR, mask bits must not be negative');
  const family = addressFamily(address);
  if (family === undefined) throw new InvalidEventPattern(`Nonstandard IP address: ${address}`);
  if (family === 'ipv4' && maskBits > 31) throw new InvalidEventPattern('IPv4 mask bits must be < 32');
  if (maskBits > 127) throw new InvalidEventPattern('IPv6 mask bits must be < 128');
  return inBlock(address, maskBits);
}

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
