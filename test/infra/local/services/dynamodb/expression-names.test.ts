/** Every attribute that an expression names is found, and nothing else in it. */
import { expect, it } from 'vitest';
import { equalValues, expressionNames } from '../../../../../infra/local/services/dynamodb/expression-names.ts';

const names = { '#o': 'owner', '#size': 'size', '#dotted': 'a.b' };

it.each<[string, string[]]>([
  ['', []],
  ['#o', ['owner']],
  ['id, #o , place', ['id', 'owner', 'place']],
  ['a.b[0].c, d[1][2], a.#o', ['a', 'd']],
  ['#dotted.c', ['a.b']],
  ['#o = :o AND id BETWEEN :a and :b', ['owner', 'id']],
  ['begins_with(id, :p) or not contains (place, :p)', ['id', 'place']],
  ['attribute_not_exists(id) AND size(#size) > :n', ['id', 'size']],
  ['attribute_type(a.size, :t)', ['a']],
  ['status IN (:a, :b)', ['status']],
  [
    'SET a = if_not_exists(b, :zero) + :n, c = list_append(c, :l) REMOVE d[0] ADD e :n DELETE f :s',
    ['a', 'b', 'c', 'd', 'e', 'f'],
  ],
  ['#missing = :a', ['#missing']],
  ['set_at = :a', ['set_at']],
])('%s', (expression, expected) => {
  expect(expressionNames([expression], names)).toEqual(expected);
});

it('Names of several expressions come once, and what is no text has none', () => {
  expect(expressionNames(['a = :a', undefined, 'a, b', 7], {})).toEqual(['a', 'b']);
});

it.each<[unknown, string[]]>([
  ['#o = :o', [':o']],
  ['owner=:o', [':o']],
  ['id > :i AND #o = :o', [':o']],
  ['(#o = :o) and id = :i', [':o']],
  ['co_owner = :o', []],
  ['#o > :o', []],
  [undefined, []],
])('The values that %s sets equal to the owner', (expression, expected) => {
  expect(equalValues(expression, 'owner', names)).toEqual(expected);
});
