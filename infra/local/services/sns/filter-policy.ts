/** Which messages of a topic a subscription wants: by their attributes, or by a body that is a JSON object. */
import { compilePattern, InvalidEventPattern } from '../eventbridge/pattern/pattern.ts';
import type { MessageAttribute } from '../sqs/queue.ts';
import type { Notification } from './topic.ts';

export type FilterScope = 'MessageAttributes' | 'MessageBody';

/** SNS developer guide, "Filter policy constraints". */
const MOST_KEYS = 5;
const MOST_COMBINATIONS = 150;

/** Throws an `Error` in the words of SNS for a policy that it refuses. */
export function compileFilter(
  policy: Readonly<Record<string, unknown>>,
  scope: FilterScope,
): (notification: Pick<Notification, 'message' | 'attributes'>) => boolean {
  refuseUnfit(policy, scope);
  const test = compiled(policy);
  if (scope === 'MessageAttributes') return ({ attributes }) => test(attributeValues(attributes));
  return ({ message }) => test(parsed(message));
}

function compiled(policy: Readonly<Record<string, unknown>>): (event: unknown) => boolean {
  try {
    return compilePattern(policy);
  } catch (error) {
    throw error instanceof InvalidEventPattern ? refusal(error.reason) : error;
  }
}

function refuseUnfit(policy: Readonly<Record<string, unknown>>, scope: FilterScope): void {
  const leaves = leavesOf(policy);
  if (scope === 'MessageAttributes' && leaves.some(({ depth }) => depth > 1)) {
    throw refusal('Filter policy scope MessageAttributes does not support nested filter policy');
  }
  if (leaves.length > MOST_KEYS) throw refusal('Filter policy can not have more than 5 keys');
  const combinations = leaves.reduce((product, { values, depth }) => product * values.length * depth, 1);
  if (combinations > MOST_COMBINATIONS) throw refusal('Filter policy is too complex');
  if (leaves.some(({ values }) => values.some(hasWildcard))) {
    throw refusal('Unrecognized match type wildcard');
  }
}

type PolicyLeaf = { readonly values: readonly unknown[]; readonly depth: number };

/** The lists of values with how deep they lie; what stands under `$or` is as deep as the `$or`. */
function leavesOf(policy: object, depth = 1): PolicyLeaf[] {
  return Object.entries(policy).flatMap(([key, value]: [string, unknown]) => {
    if (key === '$or' && Array.isArray(value)) return value.flatMap((each) => leavesOf(Object(each), depth));
    if (Array.isArray(value)) return [{ values: value, depth }];
    return value !== null && typeof value === 'object' ? leavesOf(value, depth + 1) : [];
  });
}

function hasWildcard(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return false;
  return 'wildcard' in value || ('anything-but' in value && hasWildcard(value['anything-but']));
}

/** The type of an attribute decides what it is compared as; binary ones cannot be asked for. */
function attributeValues(attributes: Readonly<Record<string, MessageAttribute>>): Record<string, unknown> {
  const values = Object.entries(attributes).flatMap(([name, { DataType, StringValue = '' }]) => {
    if (DataType.startsWith('Binary')) return [];
    if (DataType.startsWith('Number')) return [[name, Number(StringValue)]];
    return [[name, DataType === 'String.Array' ? parsed(StringValue) : StringValue]];
  });
  return Object.fromEntries(values);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal(reason: string): Error {
  return new Error(`Invalid parameter: Attributes Reason: FilterPolicy: ${reason}`);
}
