/** Does a condition of the template hold? */
import { resolve } from './resolve.ts';
import { type Scope, Unresolved } from './scope.ts';

/**
 * Works out `{ Condition: name }`, `Fn::Equals`, `Fn::And`, `Fn::Or` and `Fn::Not`. Throws {@link Unresolved} for anything
 * else, for a name that is not defined and for conditions that need each other.
 */
export function holds(expression: unknown, scope: Scope, within: readonly string[] = []): boolean {
  const [name, argument] = only(expression);
  const operands = Array.isArray(argument) ? argument : [];
  switch (name) {
    case 'Condition': {
      const condition = String(argument);
      if (within.includes(condition)) {
        throw new Unresolved(`conditions need each other: ${[...within, condition].join(' -> ')}`);
      }
      if (!Object.hasOwn(scope.conditions, condition))
        throw new Unresolved(`the condition ${condition} is not defined`);
      return holds(scope.conditions[condition], scope, [...within, condition]);
    }
    case 'Fn::Equals': {
      const [left, right] = operands.map((operand) => plain(operand, scope));
      return String(left) === String(right);
    }
    case 'Fn::And':
      return operands.every((operand) => holds(operand, scope, within));
    case 'Fn::Or':
      return operands.some((operand) => holds(operand, scope, within));
    case 'Fn::Not':
      return !holds(operands[0], scope, within);
    default:
      throw new Unresolved(`the condition function ${name} is not known to the local cloud`);
  }
}

function only(expression: unknown): [string, unknown] {
  const entries = expression !== null && typeof expression === 'object' ? Object.entries(expression) : [];
  const [entry] = entries;
  if (entries.length !== 1 || entry === undefined) {
    throw new Unresolved(`a condition has one function, not ${JSON.stringify(expression)}`);
  }
  return entry;
}

function plain(value: unknown, scope: Scope): unknown {
  return resolve(value, scope, '', (_, fault) => {
    throw fault;
  });
}
