/** The fields that an event must have, in one of several ways: a pattern with `$or` becomes one branch per way. */
import type { Fail } from './pattern-operands.ts';
import { type Condition, readCondition } from './pattern-operators.ts';
import { InvalidEventPattern, type SourceNode } from './pattern-source.ts';

/** Conditions by path (keys joined with "."); all of them must hold. */
export type Branch = ReadonlyMap<string, Condition>;

type ObjectNode = SourceNode & { kind: 'object' };

/** Combinations the service accepts: the product of the lengths of all `$or` arrays in the pattern. */
const MOST_COMBINATIONS = 1000;

/** Names that the service keeps for operators, present or future; it refuses them as field names inside `$or`. */
const RESERVED_INSIDE_OR = new Set(
  (
    'exactly equals-ignore-case prefix suffix anything-but exists wildcard numeric cidr = < <= > >= regex not-wildcard ' +
    'not-equals-ignore-case date-after date-on-or-after date-before date-on-or-before in-date-range ip-address-in-range ' +
    'ip-address-not-in-range'
  ).split(' '),
);

/** Throws `InvalidEventPattern`. Where one path is given twice in a branch, the later condition replaces the earlier one. */
export function readBranches(pattern: SourceNode, fail: Fail): readonly Branch[] {
  if (pattern.kind !== 'object') return fail('Filter is not an object', pattern.seen);
  const combinations = countCombinations(pattern);
  if (combinations > MOST_COMBINATIONS) {
    throw new InvalidEventPattern(`$or makes ${combinations} combinations, at most ${MOST_COMBINATIONS} are allowed`);
  }
  return readObject(pattern, [], [new Map()], false, fail);
}

function readObject(
  node: ObjectNode,
  path: readonly string[],
  before: readonly Branch[],
  insideOr: boolean,
  fail: Fail,
) {
  if (node.entries.length === 0) fail('Empty objects are not allowed', node.end);
  let branches = before;
  for (const [key, value] of node.entries) {
    if (key === '$or') branches = readOr(value, path, branches, fail);
    else if (insideOr && RESERVED_INSIDE_OR.has(key)) {
      fail(`${key} is Ruler reserved fieldName which cannot be used inside $or.`, value.seen);
    } else if (value.kind === 'object') branches = readObject(value, [...path, key], branches, insideOr, fail);
    else if (value.kind === 'array') {
      const condition = readCondition(value, fail);
      const name = [...path, key].join('.');
      branches = branches.map((branch) => new Map([...branch, [name, condition]]));
    } else fail(`"${key}" must be an object or an array`, value.seen);
  }
  return branches;
}

function readOr(value: SourceNode, path: readonly string[], before: readonly Branch[], fail: Fail): readonly Branch[] {
  if (value.kind !== 'array') return fail('It must be an Array followed with $or.', value.seen);
  const branches = value.items.flatMap((item) =>
    item.kind === 'object'
      ? readObject(item, path, before, true, fail)
      : fail('Only JSON object is allowed in array of $or relationship.', item.seen),
  );
  if (value.items.length < 2) fail('There must have at least 2 Objects in $or relationship.', value.end);
  return branches;
}

function countCombinations(node: SourceNode): number {
  if (node.kind === 'array') return node.items.reduce((product, item) => product * countCombinations(item), 1);
  if (node.kind !== 'object') return 1;
  return node.entries.reduce((product, [key, value]) => {
    const ways = key === '$or' && value.kind === 'array' ? value.items.length || 1 : 1;
    return product * ways * countCombinations(value);
  }, 1);
}
