/** What a handler may be, and how it answers, is a matter of the runtime that its template names. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { LocalFunction } from '../../../../../infra/local/services/lambda/lambda-function.ts';
import { createFunction } from '../../../../../infra/local/services/lambda/local-function.ts';

const folders: string[] = [];
const functions: LocalFunction[] = [];
const logged: string[] = [];
afterEach(async () => {
  await Promise.all(functions.splice(0).map((made) => made.stop()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  logged.length = 0;
});

function started(runtime: string, handler: string): LocalFunction {
  const codeFolder = mkdtempSync(join(tmpdir(), 'function-'));
  folders.push(codeFolder);
  writeFileSync(join(codeFolder, 'index.js'), `exports.handler = ${handler};`);
  const definition = {
    name: 'orders',
    arn: 'arn:aws:lambda:eu-west-1:000000000000:function:orders',
    codeFolder,
    handler: 'index.handler',
    runtime,
    environment: {},
    timeoutMs: 5_000,
    memoryMb: 128,
  };
  const made = createFunction(definition, (level, _source, line) => void logged.push(`${level} ${line}`));
  functions.push(made);
  return made;
}

const CALLS_BACK = '(event, context, callback) => { setTimeout(callback, 1, null, event.n + 1); }';

describe('A handler that declares a callback', () => {
  it.each(['nodejs20.x', 'nodejs22.x'])('answers by it on %s, without a word', async (runtime) => {
    expect(await started(runtime, CALLS_BACK).invoke({ n: 1 })).toEqual({ ok: true, payload: 2 });
    expect(logged).toEqual([]);
  });

  it('is refused on nodejs24.x, though it be asynchronous', async () => {
    for (const handler of [CALLS_BACK, 'async (event, context, callback) => 1']) {
      expect(await started('nodejs24.x', handler).invoke({ n: 1 })).toMatchObject({
        ok: false,
        reason: 'error',
        errorType: 'Runtime.CallbackHandlerDeprecated',
        errorMessage: expect.stringMatching(
          /^ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node\.js 24\. You need/,
        ),
      });
    }
    expect(logged).toContainEqual(
      expect.stringContaining('error index.handler cannot be loaded: Runtime.CallbackHandlerDeprecated: ERROR: AWS'),
    );
  });
});

describe('A handler that returns no promise', () => {
  const failed = (errorType: string, errorMessage: string) => ({ ok: false, reason: 'error', errorType, errorMessage });
  it.each([
    ['succeeds', '(event, context) => context.succeed(event.n)', { ok: true, payload: 1 }],
    [
      'succeeds later',
      '(event, context) => { setTimeout(() => context.succeed(event.n), 1); }',
      { ok: true, payload: 1 },
    ],
    ['is done', '(event, { done }) => done(null, event.n)', { ok: true, payload: 1 }],
    ['is done with an error', '(event, { done }) => done(new RangeError("no"))', failed('RangeError', 'no')],
    ['fails', '(event, context) => context.fail(new TypeError("no"))', failed('TypeError', 'no')],
    ['fails without a reason', '(event, context) => context.fail()', failed('string', 'handled')],
    ['has nothing to say', '(event) => { setTimeout(() => console.log("over"), 1); }', { ok: true, payload: null }],
    ['returns a value, which is not its answer', '(event) => event.n', { ok: true, payload: null }],
    ['declares a callback that it never calls', '(event, context, callback) => {}', { ok: true, payload: null }],
    ['throws', '() => { throw new TypeError("no"); }', failed('TypeError', 'no')],
  ])('%s on nodejs22.x, once and again', async (_, handler, answer) => {
    const made = started('nodejs22.x', handler);
    expect([await made.invoke({ n: 1 }), await made.invoke({ n: 1 })]).toMatchObject([answer, answer]);
  });

  it('has no such functions in its context on nodejs24.x, and answers by what it returns', async () => {
    const made = started(
      'nodejs24.x',
      '(event, context) => [typeof context.succeed, typeof context.fail, typeof context.done]',
    );
    expect(await made.invoke({})).toEqual({ ok: true, payload: ['undefined', 'undefined', 'undefined'] });
  });
});

it('An asynchronous handler on nodejs22.x may end by its context before it returns', async () => {
  const made = started('nodejs22.x', 'async (event, context) => { context.succeed("first"); return "then"; }');
  expect(await made.invoke({})).toEqual({ ok: true, payload: 'first' });
});
