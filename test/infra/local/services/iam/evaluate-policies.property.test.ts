/** Laws that hold for every set of statements and every request. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { evaluate, type PolicyStatement } from '../../../../../infra/local/services/iam/evaluate-policies.ts';
import { isConditionOperator } from '../../../../../infra/local/services/iam/policy-conditions.ts';
import { matches } from '../../../../../infra/local/services/iam/wildcard.ts';

const text = fc.constantFrom('', 'a', 'b', 'ab', 'ba', 'aba', 'A', '*', '?', 'a*', '?b', `\${k}`, `\${x}`);
const patterns = fc.record({ not: fc.boolean(), patterns: fc.array(text, { maxLength: 3 }) });
const operator = fc
  .constantFrom('StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike', 'Bool', 'Null', 'ArnLike')
  .filter(isConditionOperator);
const condition = fc.record(
  {
    operator,
    quantifier: fc.constantFrom('ForAllValues' as const, 'ForAnyValue' as const, undefined),
    ifExists: fc.boolean(),
    key: fc.constantFrom('k', 'l'),
    values: fc.array(text, { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: ['operator', 'ifExists', 'key', 'values'] },
);
const statement: fc.Arbitrary<PolicyStatement> = fc.record({
  effect: fc.constantFrom('Allow' as const, 'Deny' as const),
  actions: patterns,
  resources: patterns,
  conditions: fc.array(condition, { maxLength: 2 }),
  variables: fc.boolean(),
  from: fc.constant('here'),
});
const statements = fc.array(statement, { maxLength: 5 });
const plain = fc.constantFrom('', 'a', 'b', 'ab', 'ba', 'aba', 'A');
const right = fc.record({
  action: plain,
  resource: plain,
  context: fc.dictionary(fc.constantFrom('k', 'l'), fc.array(plain, { maxLength: 2 })),
});
const RUNS = { numRuns: 2_000 };

it('The order of statements makes no difference', () => {
  fc.assert(
    fc.property(statements, right, (all, asked) => {
      expect(evaluate(all.toReversed(), asked).allowed).toBe(evaluate(all, asked).allowed);
    }),
    RUNS,
  );
});

it('It is allowed exactly where one statement alone allows it and none, made one that allows, is a denial', () => {
  fc.assert(
    fc.property(statements, right, (all, asked) => {
      const applies = (one: PolicyStatement) => evaluate([{ ...one, effect: 'Allow' }], asked).allowed;
      const denied = all.some((one) => one.effect === 'Deny' && applies(one));
      const allowed = all.some((one) => one.effect === 'Allow' && applies(one));
      expect(evaluate(all, asked).allowed).toBe(allowed && !denied);
    }),
    RUNS,
  );
});

it('One more condition never lets a statement apply where it did not', () => {
  fc.assert(
    fc.property(statement, condition, right, (one, more, asked) => {
      const allow = { ...one, effect: 'Allow' as const };
      const narrower = evaluate([{ ...allow, conditions: [...allow.conditions, more] }], asked).allowed;
      if (narrower) expect(evaluate([allow], asked).allowed).toBe(true);
    }),
    RUNS,
  );
});

it('A pattern fits what the plain definition of its signs says', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', '.', '/'), maxLength: 6 }),
      fc.string({ unit: fc.constantFrom('a', '.', '*', '?'), maxLength: 5 }),
      (value, pattern) => {
        expect(matches(value, pattern)).toBe(fits(value, pattern));
      },
    ),
    RUNS,
  );
});

/** By trying every length that a star may stand for. */
function fits(value: string, pattern: string): boolean {
  if (pattern === '') return value === '';
  if (pattern.startsWith('*')) return fits(value, pattern.slice(1)) || (value !== '' && fits(value.slice(1), pattern));
  const first = pattern.charAt(0);
  return value !== '' && (first === '?' || first === value.charAt(0)) && fits(value.slice(1), pattern.slice(1));
}
