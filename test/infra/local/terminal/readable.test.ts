/** Do log lines of functions read well? */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readable } from '../../../../infra/local/terminal/readable.ts';

const record = (fields: object) => JSON.stringify({ timestamp: '2026-01-01T00:00:00Z', requestId: 'r', ...fields });

it.each([
  ['a message', record({ level: 'INFO', message: 'opened' }), 'opened'],
  ['a level', record({ level: 'WARN', message: 'slow' }), 'WARN slow'],
  ['fields', record({ level: 'INFO', message: 'opened', id: 'a', n: 2, o: { p: 1 } }), 'opened id=a n=2 o={"p":1}'],
  ['a message that is an object', record({ level: 'INFO', message: { a: 1 } }), '{"a":1}'],
  [
    'an error with its stack',
    record({ level: 'ERROR', message: 'failed', errorType: 'E', errorMessage: 'm', stackTrace: ['E: m', '  at f'] }),
    'ERROR failed E: m\n    E: m\n    at f',
  ],
  ['plain text', 'plain {text}', 'plain {text}'],
  ['broken JSON', '{"level":', '{"level":'],
  ['JSON that is no record', '{"a":1}', '{"a":1}'],
])('shows %s', (_, line, expected) => {
  expect(readable(line)).toBe(expected);
});

it('never fails, whatever is logged', () => {
  const anything = fc.oneof(
    fc.string(),
    fc.json(),
    fc.object().map((fields) => record(fields)),
  );
  fc.assert(fc.property(anything, (line) => typeof readable(line) === 'string'));
});
