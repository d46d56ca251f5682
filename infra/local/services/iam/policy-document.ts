/** A policy document with its references worked out becomes statements, or all that is not understood in it is told. */
import { z } from 'zod';
import type { PolicyStatement } from './evaluate-policies.ts';
import { isConditionOperator, type PolicyCondition } from './policy-conditions.ts';

/** Whom a statement of a resource's policy is about: `*` is everybody, else identities by their kind, `AWS` or `Service`. */
export type Principals = '*' | Readonly<Record<string, readonly string[]>>;

/** A statement as it is read; only one of a resource's policy has principals. */
export type ReadStatement = PolicyStatement & { readonly principals?: Principals };

export type ReadPolicy = { readonly statements: readonly ReadStatement[]; readonly faults: readonly string[] };

/** The services whose actions are checked; of statements about others nothing is looked at. */
const CHECKED_SERVICES = /^(\*|(dynamodb|sqs|sns|events|scheduler|lambda):.*|iam:(\*|pass.*))$/i;

/** Every key that a check gives a value to, or that no request of a function has here. */
const CONDITION_KEYS = new Set([
  'aws:principalarn',
  'aws:principalaccount',
  'aws:principaltype',
  'aws:requestedregion',
  'aws:securetransport',
  'aws:sourceaccount',
  'aws:sourcearn',
  'dynamodb:attributes',
  'dynamodb:enclosingoperation',
  'dynamodb:leadingkeys',
  'dynamodb:returnvalues',
  'dynamodb:select',
  'events:detail-type',
  'events:source',
  'iam:passedtoservice',
  'lambda:functionurlauthtype',
  'lambda:invokedviafunctionurl',
]);

const values = z
  .union([z.string(), z.number(), z.boolean()])
  .transform(String)
  .transform((value) => [value])
  .or(z.array(z.union([z.string(), z.number(), z.boolean()]).transform(String)));

const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: values.optional(),
  NotAction: values.optional(),
  Resource: values.optional(),
  NotResource: values.optional(),
  Principal: z.union([z.literal('*'), z.record(z.string(), values)]).optional(),
  Condition: z.record(z.string(), z.record(z.string(), values)).default({}),
});

const documentSchema = z.object({
  Version: z.enum(['2012-10-17', '2008-10-17']).default('2008-10-17'),
  Statement: z.union([z.array(z.unknown()), z.unknown().transform((one) => [one])]),
});

/**
 * Statements about services that are not checked are left out. Told are forms, operators and condition keys that are not known: a
 * statement with one could not be evaluated.
 */
export function readPolicy(document: unknown, from: string): ReadPolicy {
  const parsed = documentSchema.safeParse(document);
  if (!parsed.success) return { statements: [], faults: ['is no policy document'] };
  const { Version, Statement } = parsed.data;
  const read = Statement.map((each) => readStatement(each, from, Version === '2012-10-17'));
  return {
    statements: read.flatMap(({ statements }) => statements),
    faults: read.flatMap(({ faults }, index) => faults.map((fault) => `Statement[${index}]: ${fault}`)),
  };
}

function readStatement(given: unknown, from: string, variables: boolean): ReadPolicy {
  const parsed = statementSchema.safeParse(given);
  if (!parsed.success) {
    const fault = ({ path, message }: z.core.$ZodIssue) => `${[...path, message].join(': ')}`;
    return { statements: [], faults: parsed.error.issues.map(fault) };
  }
  const { Effect, Action, NotAction, Resource = [], NotResource, Principal, Condition } = parsed.data;
  const actions = { not: NotAction !== undefined, patterns: NotAction ?? Action ?? [] };
  if (!actions.not && !actions.patterns.some((pattern) => CHECKED_SERVICES.test(pattern))) {
    return { statements: [], faults: [] };
  }
  const { conditions, faults } = readConditions(Condition);
  const resources = { not: NotResource !== undefined, patterns: NotResource ?? Resource };
  return {
    statements: [{ effect: Effect, actions, resources, conditions, variables, from, principals: Principal }],
    faults,
  };
}

type Conditions = z.output<typeof statementSchema>['Condition'];

function readConditions(given: Conditions): { readonly conditions: PolicyCondition[]; readonly faults: string[] } {
  const conditions: PolicyCondition[] = [];
  const faults: string[] = [];
  for (const [written, keys] of Object.entries(given)) {
    const [, set, name = '', exists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(written) ?? [];
    if (!isConditionOperator(name)) {
      faults.push(`the condition operator ${written} is not known to the local cloud`);
      continue;
    }
    for (const [key, values] of Object.entries(keys)) {
      const known = CONDITION_KEYS.has(key.toLowerCase());
      if (!known) faults.push(`the condition key ${key} is not known to the local cloud`);
      const quantifier = set === 'ForAllValues' || set === 'ForAnyValue' ? set : undefined;
      conditions.push({ operator: name, quantifier, ifExists: exists !== undefined, key: key.toLowerCase(), values });
    }
  }
  return { conditions, faults };
}
