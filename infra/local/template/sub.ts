/** How is the text of an `Fn::Sub` put together, and what does it refer to? */
import { scalar } from './list-functions.ts';
import { Unresolved } from './scope.ts';

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
