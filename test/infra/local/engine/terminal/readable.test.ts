/** Log lines of functions read well. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isForeignFrame, readable } from '../../../../../infra/local/engine/terminal/readable.ts';

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
  [
    "of a stack what is somebody's own",
    record({ level: 'ERROR', message: 'm', stackTrace: ['E: m', 'at f (/app/a.js:1:2)', 'at node:internal/x:1:2'] }),
    'ERROR m\n    E: m\n    at f (/app/a.js:1:2)',
  ],
  ['an error without a type', record({ level: 'ERROR', message: 'failed', errorMessage: 'm' }), 'ERROR failed m'],
  [
    'a record of another form, whole',
    '{"level":"error","time":1,"requestId":"7","msg":"failed","errorMessage":"no stock"}',
    '{"level":"error","time":1,"requestId":"7","msg":"failed","errorMessage":"no stock"}',
  ],
  ['plain text', 'plain {text}', 'plain {text}'],
  ['broken JSON', '{"level":', '{"level":'],
  ['JSON that is no record', '{"a":1}', '{"a":1}'],
])('shows %s', (_, line, expected) => {
  expect(readable(line)).toBe(expected);
});

it.each([
  ['    at async middy (/app/node_modules/@middy/core/index.js:25:15)', true],
  ['    at process.processTicksAndRejections (node:internal/process/task_queues:104:5)', true],
  ['      at async node:internal/modules/esm/loader:647:26', true],
  ['    at new Promise (<anonymous>)', true],
  ['    at async answer (file:///app/infra/local/services/lambda/bootstrap.ts:31:14)', true],
  ['    at async answer (file:///app/infra/local/services/lambda/bootstrap.ts:31:14) {', false],
  ['    at handleCommand (/app/shared/command/handle-command.ts:90:35)', false],
  ['    at exports.handler (/app/cdk.out/asset.1/index.js:11:31)', false],
  ['TypeError: look at node_modules/x', false],
  ['at the bus stop', false],
])('"%s" is a frame of somebody else: %s', (line, expected) => {
  expect(isForeignFrame(line)).toBe(expected);
});

it('never fails, whatever is logged', () => {
  const anything = fc.oneof(
    fc.string(),
    fc.json(),
    fc.object().map((fields) => record(fields)),
  );
  fc.assert(fc.property(anything, (line) => typeof readable(line) === 'string'));
});
