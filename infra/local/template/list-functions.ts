/** What do `Fn::Join`, `Fn::Split` and `Fn::Select` make of their arguments, which are worked out already? */
import { Unresolved } from './scope.ts';

export function joinValues(argument: unknown): string {
  const [delimiter, parts] = pair('Fn::Join', argument);
  if (typeof delimiter !== 'string' || !Array.isArray(parts)) {
    throw new Unresolved(`Fn::Join takes a delimiter and a list, not ${JSON.stringify(argument)}`);
  }
  return parts.map((part) => scalar('Fn::Join', part)).join(delimiter);
}

export function split(argument: unknown): string[] {
  const [delimiter, source] = pair('Fn::Split', argument);
  if (typeof delimiter !== 'string' || delimiter === '' || typeof source !== 'string') {
    throw new Unresolved(`Fn::Split takes a delimiter and a text, not ${JSON.stringify(argument)}`);
  }
  return source.split(delimiter);
}

export function select(argument: unknown): unknown {
  const [index, items] = pair('Fn::Select', argument);
  const position = Number(index);
  const list = typeof items === 'string' ? items.split(',') : items;
  if (!Array.isArray(list) || !Number.isInteger(position) || position < 0 || position >= list.length) {
    throw new Unresolved(`Fn::Select has no item ${JSON.stringify(index)} in ${JSON.stringify(items)}`);
  }
  return list[position];
}

/** A number or a truth value takes the form it has in JSON, as in CloudFormation. */
export function scalar(name: string, value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Unresolved(`${name} joins texts only, not ${JSON.stringify(value)}`);
}

function pair(name: string, argument: unknown): [unknown, unknown] {
  if (Array.isArray(argument) && argument.length === 2) return [argument[0], argument[1]];
  throw new Unresolved(`${name} takes a list of two, not ${JSON.stringify(argument)}`);
}
