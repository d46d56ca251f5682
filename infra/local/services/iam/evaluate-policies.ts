/** Whether policies allow a request, as IAM evaluates those of one account. */
import { conditionHolds, conditionText, type PolicyCondition, type RequestContext } from './policy-conditions.ts';
import { matches, type Variables } from './wildcard.ts';

/** Patterns of which one must fit, or with `not` none may. */
export type Patterns = { readonly not: boolean; readonly patterns: readonly string[] };

export type PolicyStatement = {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: Patterns;
  readonly resources: Patterns;
  readonly conditions: readonly PolicyCondition[];
  /** `${…}` is a variable, as in policies of version 2012-10-17. */
  readonly variables: boolean;
  /** Where the template has it, for a person. */
  readonly from: string;
};

/** One right that a request takes. A request is done only if it has all of its rights. */
export type NeededRight = {
  readonly action: string;
  /** `*` for an action on no resource in particular. */
  readonly resource: string;
  readonly context: RequestContext;
};

export type Evaluation =
  | { readonly allowed: true }
  /** `from` is the statement that denies it. */
  | { readonly allowed: false; readonly denied: 'explicitly'; readonly from: string }
  /** `unmet` are the conditions of statements that would allow it otherwise. */
  | { readonly allowed: false; readonly denied: 'implicitly'; readonly unmet: readonly string[] };

/** An explicit denial counts more than what is allowed; what nobody allows is denied. */
export function evaluate(statements: readonly PolicyStatement[], right: NeededRight): Evaluation {
  const about = statements.filter((statement) => isAbout(statement, right));
  const applying = about.filter((statement) => unmetOf(statement, right).length === 0);
  const denial = applying.find(({ effect }) => effect === 'Deny');
  if (denial !== undefined) return { allowed: false, denied: 'explicitly', from: denial.from };
  if (applying.length > 0) return { allowed: true };
  const unmet = about.filter(({ effect }) => effect === 'Allow').flatMap((each) => unmetOf(each, right));
  return { allowed: false, denied: 'implicitly', unmet: unmet.map(conditionText) };
}

/** Actions ignore capitals, resources do not. */
function isAbout(statement: PolicyStatement, { action, resource, context }: NeededRight): boolean {
  const { actions, resources } = statement;
  const variables = variablesOf(statement, context);
  const lower = action.toLowerCase();
  return (
    actions.patterns.some((pattern) => matches(lower, pattern.toLowerCase())) !== actions.not &&
    resources.patterns.some((pattern) => matches(resource, pattern, variables)) !== resources.not
  );
}

function unmetOf(statement: PolicyStatement, { context }: NeededRight): readonly PolicyCondition[] {
  const variables = variablesOf(statement, context);
  return statement.conditions.filter((condition) => !conditionHolds(condition, context, variables));
}

/** Only a key with a single value has one. */
function variablesOf({ variables }: PolicyStatement, context: RequestContext): Variables | undefined {
  if (!variables) return undefined;
  return (name) => {
    const values = context[name.toLowerCase()] ?? [];
    return values.length === 1 ? values[0] : undefined;
  };
}
