/** The conditions of a policy statement against what is known of a request. */
import { matches, substituted, type Variables } from './wildcard.ts';

/** What is known of a request, by condition key in small letters. A key that is not there is missing in the request. */
export type RequestContext = Readonly<Record<string, readonly string[]>>;

/** One key of one operator. All of a statement's must hold. */
export type PolicyCondition = {
  readonly operator: ConditionOperator;
  readonly quantifier?: 'ForAllValues' | 'ForAnyValue';
  readonly ifExists: boolean;
  /** In small letters. */
  readonly key: string;
  readonly values: readonly string[];
};

type Test = (actual: string, wanted: string, variables?: Variables) => boolean;

const same: Test = (actual, wanted, variables) => actual === substituted(wanted, variables);
const sameLetters: Test = (actual, wanted, variables) =>
  actual.toLowerCase() === substituted(wanted, variables)?.toLowerCase();
/** Part by part, so that `*` never reaches over a colon before the resource. */
const sameArn: Test = (actual, wanted, variables) => {
  const [parts, patterns] = [arnParts(actual), arnParts(wanted)];
  return (
    parts.length === 6 &&
    patterns.length === 6 &&
    patterns.every((each, at) => matches(parts[at] ?? '', each, variables))
  );
};

/** The operators that are reproduced; with `not` a key that is missing lets the condition hold. */
const OPERATORS = {
  StringEquals: { test: same },
  StringNotEquals: { test: same, not: true },
  StringEqualsIgnoreCase: { test: sameLetters },
  StringNotEqualsIgnoreCase: { test: sameLetters, not: true },
  StringLike: { test: matches },
  StringNotLike: { test: matches, not: true },
  ArnEquals: { test: sameArn },
  ArnNotEquals: { test: sameArn, not: true },
  ArnLike: { test: sameArn },
  ArnNotLike: { test: sameArn, not: true },
  Bool: { test: sameLetters },
  Null: { test: sameLetters },
} as const satisfies Record<string, { readonly test: Test; readonly not?: boolean }>;

export type ConditionOperator = keyof typeof OPERATORS;

export function isConditionOperator(name: string): name is ConditionOperator {
  return Object.hasOwn(OPERATORS, name);
}

/**
 * A key that is missing fails the condition, unless it is negated, ends in `IfExists` or is asked `ForAllValues`. Of several values one must fit, of a negated
 * condition none may. A variable without a value fits nothing.
 */
export function conditionHolds(condition: PolicyCondition, context: RequestContext, variables?: Variables): boolean {
  const { operator, quantifier, ifExists, values } = condition;
  const actual = context[condition.key] ?? [];
  if (operator === 'Null') return values.some((value) => sameLetters(String(actual.length === 0), value, variables));
  const { test, not = false }: { readonly test: Test; readonly not?: boolean } = OPERATORS[operator];
  if (actual.length === 0) return ifExists || quantifier === 'ForAllValues' || (not && quantifier === undefined);
  if (values.some((value) => substituted(value, variables) === undefined)) return false;
  const fits = (one: string) => values.some((value) => test(one, value, variables)) !== not;
  if (quantifier === 'ForAnyValue' || (quantifier === undefined && !not)) return actual.some(fits);
  return actual.every(fits);
}

/** As it stands in the policy. */
export function conditionText({ operator, quantifier, ifExists, key, values }: PolicyCondition): string {
  const name = `${quantifier === undefined ? '' : `${quantifier}:`}${operator}${ifExists ? 'IfExists' : ''}`;
  return `${name} ${key} ${values.join(' or ')}`;
}

function arnParts(arn: string): string[] {
  // A variable has colons in its name.
  const parts = arn.split(/:(?![^{}]*\})/);
  return [...parts.slice(0, 5), ...(parts.length > 5 ? [parts.slice(5).join(':')] : [])];
}
