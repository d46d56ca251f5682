/** `Fn::Join`, `Fn::Split`, `Fn::Select` and `Fn::Sub`: texts put together and taken apart. */
import { Unresolved } from './template-scope.ts';

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

const PLACEHOLDER = /\$\{(!?)([^}]*)\}/g;

/** Both forms: a text, or a text with values of its own. `${!Literal}` stays as `${Literal}`. */
export function substitute(argument: unknown, inner: (value: unknown) => unknown): string {
  const { text, own } = parts(argument);
  return text.replace(PLACEHOLDER, (_, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`;
    const value = Object.hasOwn(own, name.trim()) ? inner(own[name.trim()]) : inner(reference(name.trim()));
    return value === undefined ? '' : scalar('Fn::Sub', value);
  });
}

/** The `Ref` and `Fn::GetAtt` values that an `Fn::Sub` stands for, besides those in its own values. */
export function referencesOfSub(argument: unknown): unknown[] {
  const { text, own } = parts(argument);
  return [...text.matchAll(PLACEHOLDER)]
    .filter(([, literal, name]) => literal === '' && !Object.hasOwn(own, (name ?? '').trim()))
    .map(([, , name]) => reference((name ?? '').trim()));
}

function reference(name: string): unknown {
  return name.includes('.') ? { 'Fn::GetAtt': name } : { Ref: name };
}

function parts(argument: unknown): { text: string; own: Readonly<Record<string, unknown>> } {
  if (typeof argument === 'string') return { text: argument, own: {} };
  if (Array.isArray(argument) && argument.length === 2 && typeof argument[0] === 'string') {
    const own: unknown = argument[1];
    // Values of JSON: an object that is not a list has text keys.
    if (own !== null && typeof own === 'object' && !Array.isArray(own)) {
      return { text: argument[0], own: own as Record<string, unknown> };
    }
  }
  throw new Unresolved(`Fn::Sub takes a text, or a text and an object, not ${JSON.stringify(argument)}`);
}
