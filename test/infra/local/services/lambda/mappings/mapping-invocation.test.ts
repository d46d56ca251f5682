/** A function's report of failed items is read as Lambda reads it. */
import { expect, test } from 'vitest';
import { reportedFailures } from '../../../../../../infra/local/services/lambda/mappings/mapping-invocation.ts';

const ids = new Set(['1', '2', '3']);

test.each([
  ['null', null],
  ['nothing', undefined],
  ['an empty text', ''],
  ['an empty object', {}],
  ['an empty list', { batchItemFailures: [] }],
  ['a null list', { batchItemFailures: null }],
])('%s is a full success', (_, payload) => {
  expect(reportedFailures(payload, ids)).toEqual(new Set());
});

test.each([
  ['an empty identifier', { batchItemFailures: [{ itemIdentifier: '' }] }],
  ['a null identifier', { batchItemFailures: [{ itemIdentifier: null }] }],
  ['a wrong key', { batchItemFailures: [{ messageId: '1' }] }],
  [
    'an unknown identifier beside a known one',
    { batchItemFailures: [{ itemIdentifier: '1' }, { itemIdentifier: '9' }] },
  ],
  ['a number', { batchItemFailures: [{ itemIdentifier: 1 }] }],
  ['a null entry', { batchItemFailures: [null] }],
  ['a list that is no list', { batchItemFailures: 'all' }],
  ['a text', 'done'],
  ['a list', []],
])('%s is a full failure', (_, payload) => {
  expect(reportedFailures(payload, ids)).toBe('all');
});

test('known identifiers are the ones that failed', () => {
  const payload = { batchItemFailures: [{ itemIdentifier: '3' }, { itemIdentifier: '1' }] };
  expect(reportedFailures(payload, ids)).toEqual(new Set(['1', '3']));
});
