/** Guards are found by what they are, wherever they stand and whatever they are called. */
import { expect, it } from 'vitest';
import { findGuards, textWithout, withCalls } from './find-guards.ts';

/** What becomes of a text when each of its guards is taken away. */
const without = (text: string, kind: string): string[] =>
  findGuards('a.ts', text)
    .filter((guard) => guard.kind === kind)
    .map((guard) => textWithout(guard, text));

it.each([
  ['clause', 'if (a) throw b;', ['{}']],
  ['clause', 'if (a) b += 1;', ['{}', 'if (true) b += 1;']],
  ['clause', 'if (a) b(); else c();', ['if (true) b(); else c();', 'if (false) b(); else c();']],
  ['clause', "if (a === undefined) throw new Error('a bug');", []],
  ['part', 'x = a && b && c;', ['x = (b && c);', 'x = (a && c);', 'x = (a && b);']],
  ['choice', 'x = a ? b : {};', ['x = (b);', 'x = ({});']],
  ['choice', 'x = { ...(a === undefined ? {} : { a }) };', ['x = { ...(({})) };']],
  ['default', 'x = a ?? b();', ['x = a;']],
  ['default', 'x = a ?? [];', []],
  ['answer', 'const is = () => a === b;', ['const is = () => true;', 'const is = () => false;']],
  ['boundary', 'for (; a < b; );', ['for (; a <= b; );']],
  ['boundary', "x = '#a >= :b';", ["x = '#a > :b';"]],
  ['limit', 'const MOST = 4 * 8;', ['const MOST = 2 * (4 * 8);']],
  ['limit', 'const WAIT_MS = 10;', []],
  ['limit', 'x = Math.min(a, b);', ['x = a;', 'x = b;']],
  ['flag', 'read({ ConsistentRead: true });', ['read({ ConsistentRead: false });']],
  ['effect', 'await a();', ['{}', 'void a();']],
  ['step', 'x = a.filter(b).map(c);', ['x = a.map(c);']],
  ['step', 'x = a.some(b);', ['x = a.every(b);']],
  ['member', "new Set(['a', b]);", ["new Set(['', b]);"]],
  ['catch', 'try { a(); } catch { b(); }', ['try { a(); } catch (failure) { throw failure; }']],
  ['pattern', 'x = /^a{1,9}$/;', ['x = /a{1,9}$/;', 'x = /^a{1,9}/;', 'x = /^a{1,10}$/;']],
])('The guards of the kind %s in %s', (kind, text, changed) => {
  expect(without(text, kind)).toEqual(changed);
});

it('A condition on a write is always met, or met in fewer ways, with its placeholders still in use', () => {
  expect(without("put({ ConditionExpression: 'a = :b' });", 'condition')).toEqual([
    "put({ ConditionExpression: '(a = :b) OR attribute_not_exists(mutantnowhere)' });",
  ]);
  expect(without("const FREE = 'attribute_not_exists(a) OR a = :b';", 'condition')).toEqual([
    "const FREE = '(attribute_not_exists(a) OR a = :b) OR attribute_not_exists(mutantnowhere)';",
    "const FREE = '(attribute_not_exists(a) AND attribute_exists(mutantnowhere)) OR a = :b';",
    "const FREE = 'attribute_not_exists(a) OR (a = :b AND attribute_exists(mutantnowhere))';",
  ]);
});

it('Nothing is found in types, in texts for people and in what goes to the log', () => {
  const texts = [
    "type A = B extends 'x > y' ? C : D;",
    'console.error(a ?? b());',
    `throw new KitError(\`\${a ? b : c}\`);`,
  ];
  expect(texts.flatMap((text) => findGuards('a.ts', text))).toEqual([]);
});

it('A guard is named by its declaration and reached from its statement', () => {
  const text =
    'export function load(a: number) {\n  const b = a;\n  return b > 1;\n}\nconst take = (a: boolean) => !a || b;';
  const [inFunction, , , inArrow] = findGuards('a.ts', text);
  expect(inFunction).toMatchObject({ within: 'load', row: 3, place: text.indexOf('return') });
  expect(inArrow).toMatchObject({ within: 'take', row: 5, place: text.indexOf('!a') });
  expect(withCalls('a.ts', text, (place) => `at(${place})`)).toBe(
    `export function load(a: number) {\n  at(${text.indexOf('const b')});const b = a;\n  at(${text.indexOf('return')});return b > 1;\n}\nconst take = (a: boolean) => (at(${text.indexOf('!a')}), !a || b);`,
  );
});
