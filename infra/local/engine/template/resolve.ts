/** The value of a property once its intrinsic functions are worked out, and whether a condition holds. */
import { type Scope, Unresolved } from './template-scope.ts';
import { joinValues, select, split, substitute } from './text-functions.ts';

type Report = (path: string, fault: Unresolved) => void;

/** Stands for a value that had a fault, so that one fault is told once; also the result of `AWS::NoValue`. */
const ABSENT = undefined;

/**
 * Works out every intrinsic function inside a value. Entries that are `AWS::NoValue` vanish. A fault is given to `report`
 * with the path of the property it is in, and its value is left out; the rest is worked out all the same.
 */
export function resolve(value: unknown, scope: Scope, path: string, report: Report): unknown {
  if (Array.isArray(value)) {
    return value
      .map((item, index) => resolve(item, scope, `${path}[${index}]`, report))
      .filter((item) => item !== ABSENT);
  }
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first !== undefined && isIntrinsic(first[0])) {
    let incomplete = false;
    const inner = (part: unknown) =>
      resolve(part, scope, path, (at, fault) => {
        incomplete = true;
        report(at, fault);
      });
    try {
      const worked = intrinsic(first[0], first[1], scope, inner);
      return incomplete ? ABSENT : worked;
    } catch (error) {
      if (!(error instanceof Unresolved)) throw error;
      // What a function makes of an argument with a fault says nothing more.
      if (!incomplete) report(path, error);
      return ABSENT;
    }
  }
  return Object.fromEntries(
    entries
      .map(([key, part]) => [key, resolve(part, scope, path === '' ? key : `${path}.${key}`, report)])
      .filter(([, part]) => part !== ABSENT),
  );
}

export function isIntrinsic(key: string): boolean {
  return key === 'Ref' || key.startsWith('Fn::');
}

function intrinsic(name: string, argument: unknown, scope: Scope, inner: (value: unknown) => unknown): unknown {
  switch (name) {
    case 'Ref':
      return ref(text(name, argument), scope);
    case 'Fn::GetAtt':
      return attribute(argument, scope, inner);
    case 'Fn::Join':
      return joinValues(inner(argument));
    case 'Fn::Split':
      return split(inner(argument));
    case 'Fn::Select':
      return select(inner(argument));
    case 'Fn::Sub':
      return substitute(argument, inner);
    case 'Fn::If': {
      const [condition, whenTrue, whenFalse] = list(name, argument, 3);
      return inner(holds({ Condition: condition }, scope) ? whenTrue : whenFalse);
    }
    case 'Fn::FindInMap': {
      const [map, top, second] = list(name, inner(argument), 3).map(String);
      const found = scope.mappings[map ?? '']?.[top ?? '']?.[second ?? ''];
      if (found === undefined) throw new Unresolved(`Fn::FindInMap finds nothing at ${map}.${top}.${second}`);
      return found;
    }
    case 'Fn::Base64':
      return Buffer.from(text(name, inner(argument))).toString('base64');
    case 'Fn::GetAZs':
      return ['a', 'b', 'c'].map((zone) => `${inner(argument) || scope.region}${zone}`);
    case 'Fn::ImportValue':
      return scope.importValue(text(name, inner(argument)));
    case 'Fn::GetStackOutput': {
      const where = inner(argument);
      if (where === null || typeof where !== 'object') throw new Unresolved(`${name} takes an object`);
      const { StackName, OutputName } = { StackName: undefined, OutputName: undefined, ...where };
      return scope.stackOutput(text(name, StackName), text(name, OutputName));
    }
    default:
      throw new Unresolved(`the intrinsic function ${name} is not known to the local cloud`);
  }
}

function ref(name: string, scope: Scope): unknown {
  if (name === 'AWS::NoValue') return ABSENT;
  const parameter = scope.parameters.get(name);
  if (parameter instanceof Unresolved) throw parameter;
  if (parameter !== undefined) return parameter;
  if (name.startsWith('AWS::')) throw new Unresolved(`the pseudo parameter ${name} is not known to the local cloud`);
  return scope.resource(name).ref;
}

function attribute(argument: unknown, scope: Scope, inner: (value: unknown) => unknown): string {
  const [id = '', ...rest] = typeof argument === 'string' ? argument.split('.') : list('Fn::GetAtt', argument, 2);
  const name = typeof argument === 'string' ? rest.join('.') : text('Fn::GetAtt', inner(rest[0]));
  const { attributes, otherAttribute } = scope.resource(text('Fn::GetAtt', id));
  const value = attributes[name] ?? otherAttribute?.(name);
  if (value === undefined) throw new Unresolved(`the attribute ${name} of ${id} is not known to the local cloud`);
  return value;
}

function text(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Unresolved(`${name} takes a text, not ${JSON.stringify(value)}`);
}

function list(name: string, value: unknown, length: number): unknown[] {
  if (Array.isArray(value) && value.length === length) return value;
  throw new Unresolved(`${name} takes a list of ${length}, not ${JSON.stringify(value)}`);
}

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
