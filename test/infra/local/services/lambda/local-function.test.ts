/** A function fails, hangs and dies as in Lambda, and never takes more than its own invocation with it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { Clock } from '../../../../../infra/local/engine/local-clock.ts';
import type { FunctionDefinition, LocalFunction } from '../../../../../infra/local/services/lambda/lambda-function.ts';
import { createFunction } from '../../../../../infra/local/services/lambda/local-function.ts';
import { manualClock } from '../eventbridge/bus-fixtures.ts';

const folders: string[] = [];
const functions: LocalFunction[] = [];
const logged: string[] = [];

function started(
  code: string | Record<string, string>,
  options: Partial<FunctionDefinition> = {},
  clock?: Clock,
): LocalFunction {
  const codeFolder = mkdtempSync(join(tmpdir(), 'function-'));
  folders.push(codeFolder);
  const files = typeof code === 'string' ? { 'index.mjs': code } : code;
  for (const [name, text] of Object.entries(files)) writeFileSync(join(codeFolder, name), text);
  const definition: FunctionDefinition = {
    name: 'orders',
    arn: 'arn:aws:lambda:eu-west-1:000000000000:function:orders',
    codeFolder,
    handler: 'index.handler',
    environment: { TABLE: 'orders' },
    timeoutMs: 5_000,
    memoryMb: 128,
    ...options,
  };
  const made = createFunction(definition, (level, source, line) => logged.push(`${level} ${source} ${line}`), clock);
  functions.push(made);
  return made;
}

afterEach(async () => {
  await Promise.all(functions.splice(0).map((made) => made.stop()));
  logged.length = 0;
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

const BY_EVENT = `
  let calls = 0;
  export const handler = async (event, context) => {
    calls += 1;
    if (event.do === 'hang') await new Promise(() => setInterval(() => {}, 1000));
    if (event.do === 'spin') for (;;);
    if (event.do === 'exit') process.exit(3);
    if (event.do === 'stray') { setTimeout(() => { throw new RangeError('stray'); }, 1); await new Promise(() => setInterval(() => {}, 1000)); }
    if (event.do === 'reject') { Promise.reject(new Error('nobody waits')); await new Promise(() => setInterval(() => {}, 1000)); }
    if (event.do === 'fill') { const all = []; for (;;) all.push(new Array(1e5).fill(0).map(String)); }
    if (event.do === 'hold') { const all = []; for (let mb = 0; mb < event.mb; mb += 1) all.push(new Array(131_072).fill(0.5)); return all.length; }
    if (event.do === 'throw') throw new TypeError('no such order', { cause: new Error('lost') });
    if (event.do === 'throw text') throw 'just text';
    if (event.do === 'bigint') return 1n;
    return { calls, remaining: context.getRemainingTimeInMillis() };
  };`;

describe('a function that works', () => {
  it.each([
    ['an ES module', { 'index.mjs': 'export const handler = async (event) => event.n + 1;' }],
    [
      'an ES module by its package.json',
      { 'package.json': '{"type":"module"}', 'index.js': 'export const handler = async (event) => event.n + 1;' },
    ],
    ['a CommonJS module', { 'index.cjs': 'exports.handler = async (event) => event.n + 1;' }],
    [
      'CommonJS in .js files without a package.json',
      { 'index.js': 'exports.handler = require("./other").add;', 'other.js': 'exports.add = async (e) => e.n + 1;' },
    ],
    ['a plain value', { 'index.mjs': 'export const handler = (event) => event.n + 1;' }],
  ])('answers from %s', async (_, files) => {
    expect(await started(files).invoke({ n: 1 })).toEqual({ ok: true, payload: 2 });
  });

  it('is CommonJS in a .js file also when a folder above says that its own files are ES modules', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'project-'));
    folders.push(outside);
    writeFileSync(join(outside, 'package.json'), '{"type":"module"}');
    const codeFolder = mkdtempSync(join(outside, 'asset.'));
    writeFileSync(join(codeFolder, 'index.js'), 'exports.handler = require("./other.js").handler;');
    writeFileSync(join(codeFolder, 'other.js'), 'exports.handler = async () => "common";');
    expect(await started('', { codeFolder }).invoke({})).toEqual({ ok: true, payload: 'common' });
  });

  it('finds a handler in a folder and inside an exported object', async () => {
    const nested = started('export const api = { get: async () => "here" };', { handler: 'index.api.get' });
    expect(await nested.invoke({})).toEqual({ ok: true, payload: 'here' });
  });

  it('works in the folder of its code, and is told of a file there that fs does not find by a relative name', async () => {
    const code = `const { existsSync, readFileSync } = require('node:fs');
      const { resolve } = require('node:path');
      exports.handler = async (e) => {
        if (e.relative) return readFileSync(e.relative, 'utf8');
        return [existsSync(resolve('data.txt')), existsSync(process.cwd() + '/data.txt')];
      };`;
    const made = started({ 'index.js': code, 'data.txt': 'here' });
    expect(await made.invoke({})).toEqual({ ok: true, payload: [true, true] });
    const hints = () => logged.filter((line) => line.includes('is in the folder of the code'));
    expect(await made.invoke({ relative: './nowhere.txt' })).toMatchObject({ ok: false });
    expect(hints()).toEqual([]);
    expect(await made.invoke({ relative: './data.txt' })).toMatchObject({
      errorMessage: expect.stringMatching(/ENOENT/),
    });
    expect(hints()).toEqual([
      expect.stringContaining('./data.txt is in the folder of the code, but fs does not look there'),
    ]);
  });

  it('sees exactly the environment of its definition, and its changes stay in its own worker', async () => {
    process.env.HOST_SECRET = 'of the host';
    const made = started(
      'export const handler = async (e) => { if (e.set) process.env.X = "1"; return process.env; };',
    );
    expect(await made.invoke({ set: true })).toEqual({
      ok: true,
      payload: {
        TABLE: 'orders',
        X: '1',
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        _X_AMZN_TRACE_ID: expect.any(String),
      },
    });
    expect(process.env.X).toBeUndefined();
    delete process.env.HOST_SECRET;
  });

  it('has a tracing header of its own in every invocation', async () => {
    const made = started('export const handler = async () => process.env._X_AMZN_TRACE_ID;');
    const headers = [await made.invoke({}), await made.invoke({})].map((result) => (result.ok ? result.payload : ''));
    for (const header of headers) {
      expect(header).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/);
    }
    expect(headers[0]).not.toBe(headers[1]);
  });

  it('is given the context that Lambda gives', async () => {
    const made = started('export const handler = async (_, context) => context;', { memoryMb: 256 });
    const result = await made.invoke({});
    expect(result).toMatchObject({
      ok: true,
      payload: {
        functionName: 'orders',
        functionVersion: '$LATEST',
        invokedFunctionArn: made.arn,
        memoryLimitInMB: '256',
        awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        logGroupName: '/aws/lambda/orders',
        logStreamName: expect.any(String),
        callbackWaitsForEmptyEventLoop: true,
      },
    });
  });

  it('sees its remaining time count down from its time limit', async () => {
    const made = started(
      `export const handler = async (_, context) => {
        const first = context.getRemainingTimeInMillis();
        await new Promise((done) => setTimeout(done, 20));
        return [first, context.getRemainingTimeInMillis()];
      };`,
      { timeoutMs: 4_000 },
    );
    const result = await made.invoke({});
    const [first, second] = result.ok ? (result.payload as [number, number]) : [0, 0];
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThanOrEqual(4_000);
    expect(second).toBeLessThan(first);
  });

  it('exchanges JSON: undefined, dates and functions arrive as they would from Lambda', async () => {
    const made = started('export const handler = async (event) => ({ event, gone: undefined, at: new Date(0) });');
    const result = await made.invoke({ at: new Date(1), gone: undefined, list: [undefined] });
    const at = '1970-01-01T00:00:00.000Z';
    expect(result).toEqual({ ok: true, payload: { event: { at: '1970-01-01T00:00:00.001Z', list: [null] }, at } });
    expect(await started('export const handler = async () => {};').invoke(undefined)).toEqual({
      ok: true,
      payload: null,
    });
  });
});

describe('a function that fails', () => {
  it.each([
    ['hang', 'timeout', 'Sandbox.Timedout', /[0-9a-f-]{36} Task timed out after 0\.70 seconds$/m],
    ['spin', 'timeout', 'Sandbox.Timedout', /[0-9a-f-]{36} Task timed out after 0\.70 seconds$/m],
    ['exit', 'crash', 'Runtime.ExitError', /exit status 3/],
    ['stray', 'crash', 'RangeError', /stray/],
    ['reject', 'crash', 'Runtime.UnhandledPromiseRejection', /nobody waits/],
    ['throw', 'error', 'TypeError', /no such order/],
    ['throw text', 'error', 'string', /just text/],
    ['bigint', 'error', 'Runtime.MarshalError', /Unable to stringify response body/],
  ])('%s: only that invocation fails, as a %s of type %s', async (what, reason, errorType, message) => {
    const made = started(BY_EVENT, { timeoutMs: reason === 'timeout' ? 700 : 5_000 });
    const [failed, other] = await Promise.all([made.invoke({ do: what }), made.invoke({})]);
    expect(failed).toMatchObject({ ok: false, reason, errorType, errorMessage: expect.stringMatching(message) });
    expect(other.ok).toBe(true);
    expect(await made.invoke({})).toMatchObject({ ok: true });
    expect(logged.filter((line) => line.startsWith('error orders')).join('\n')).toMatch(message);
  });

  it('has all of its memory, whatever the workers share', async () => {
    const made = started(BY_EVENT, { memoryMb: 128, timeoutMs: 30_000 });
    expect(await made.invoke({ do: 'hold', mb: 100 })).toEqual({ ok: true, payload: 100 });
  });

  it('runs out of memory alone', async () => {
    const made = started(BY_EVENT, { memoryMb: 16 });
    expect(await made.invoke({ do: 'fill' })).toMatchObject({ reason: 'crash', errorType: 'Runtime.OutOfMemory' });
    expect(await made.invoke({})).toMatchObject({ ok: true, payload: { calls: 1 } });
  });

  it('keeps its worker after an error that the handler threw, and loses it after a crash', async () => {
    const made = started(BY_EVENT);
    await made.invoke({ do: 'throw' });
    expect(await made.invoke({})).toMatchObject({ payload: { calls: 2 } });
    await made.invoke({ do: 'exit' });
    expect(await made.invoke({})).toMatchObject({ payload: { calls: 1 } });
  });

  it('shows its stack to the caller, and the cause in the log alone', async () => {
    const result = await started(BY_EVENT).invoke({ do: 'throw' });
    expect(result).toMatchObject({
      trace: expect.arrayContaining(['TypeError: no such order', expect.stringMatching(/^ {4}at .*index\.mjs/)]),
    });
    expect(JSON.stringify(result)).not.toMatch(/lost/);
    expect(logged.join('\n')).toMatch(/index\.mjs/);
    expect(logged.join('\n')).toMatch(/cause.*lost/);
  });

  it.each([
    [
      { 'index.mjs': 'export const other = 1;' },
      'Runtime.HandlerNotFound',
      /index\.handler is undefined or not exported/,
    ],
    [{ 'index.mjs': 'import "no-such-package";' }, 'Runtime.ImportModuleError', /no-such-package/],
    [{ 'other.mjs': '' }, 'Runtime.ImportModuleError', /Cannot find module 'index'/],
    [{ 'index.mjs': 'export const handler = ;' }, 'Runtime.UserCodeSyntaxError', /Unexpected token/],
    [{ 'index.mjs': 'throw new Error("no table name");' }, 'Runtime.ImportModuleError', /no table name/],
    [{ 'index.mjs': 'process.exit(7);' }, 'Runtime.ExitError', /exit status 7/],
  ])('that cannot be loaded fails every invocation: %o', async (files, errorType, message) => {
    const made = started(files);
    for (let i = 0; i < 2; i += 1) {
      expect(await made.invoke({})).toMatchObject({ errorType, errorMessage: expect.stringMatching(message) });
    }
    const told = logged.filter((line) => line.includes(`cannot be loaded: ${errorType}`));
    if (errorType !== 'Runtime.ExitError') expect(told).toHaveLength(1);
  });

  it('that could not be loaded works again once the reason is gone', async () => {
    const made = started({
      'index.mjs':
        'import { existsSync } from "node:fs"; if (!existsSync(new URL("./ok", import.meta.url))) throw new Error("not yet"); export const handler = async () => 1;',
    });
    expect(await made.invoke({})).toMatchObject({ ok: false });
    writeFileSync(join(folders.at(-1) ?? '', 'ok'), '');
    expect(await made.invoke({})).toEqual({ ok: true, payload: 1 });
  });

  it('tells of environment that a thread cannot take', async () => {
    const made = started(BY_EVENT, { environment: { NODE_OPTIONS: '--title=x' } });
    expect(await made.invoke({})).toMatchObject({
      reason: 'crash',
      errorMessage: expect.stringMatching(/NODE_OPTIONS/),
    });
  });

  it('refuses what is larger than Lambda takes, either way', async () => {
    const made = started('export const handler = async (event) => "x".repeat(event.size);');
    expect(await made.invoke({ text: 'x'.repeat(6_291_456) })).toMatchObject({
      errorType: 'RequestEntityTooLargeException',
    });
    expect(await made.invoke({ size: 6_291_556 })).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
    expect(await made.invoke({ size: 6_291_554 })).toMatchObject({ ok: true });
    expect(await made.invoke({ n: 1n })).toMatchObject({ errorType: 'InvalidRequestContentException' });
    await expect(made.invokeAsync('x'.repeat(1_048_576))).rejects.toThrow(/1048578 bytes/);
  });
});

it('An alias without settings of its own has those of Lambda, not those of its function', async () => {
  const { clock, waits } = manualClock();
  const ended: string[] = [];
  const until = (name: string) => ({ onAsyncFailure: () => void ended.push(name) });
  const settings = {
    asyncRetries: 0,
    ...until('plain'),
    qualified: new Map([['live', { version: '1', ...until('live') }]]),
  };
  const made = started('export const handler = async () => { throw new Error("no"); };', settings, clock);
  await made.qualified?.get('live')?.invokeAsync({});
  await vi.waitUntil(() => waits.includes(60_000));
  expect(ended).toEqual([]);
  await made.invokeAsync({});
  await vi.waitUntil(() => ended.length > 0);
  expect(ended).toEqual(['plain']);
});

describe('concurrent invocations', () => {
  /** Answers only when as many invocations as wanted are under way: they count each other through shared files. */
  const TOGETHER = `
    import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
    const folder = new URL('./running/', import.meta.url);
    let busy = false;
    export const handler = async ({ name, wanted }) => {
      if (busy) throw new Error('two at a time in one worker');
      busy = true;
      mkdirSync(folder, { recursive: true });
      writeFileSync(new URL(name, folder), '');
      while (readdirSync(folder).length < wanted) await new Promise((done) => setTimeout(done, 5));
      busy = false;
      return name;
    };`;

  it('run side by side, one in each worker', async () => {
    const made = started(TOGETHER);
    const results = await Promise.all(['a', 'b'].map((name) => made.invoke({ name, wanted: 2 })));
    expect(results.map((result) => result.ok && result.payload)).toEqual(['a', 'b']);
  });

  it('beyond the bound wait for their turn, first come first served', async () => {
    const made = started('let n = 0; export const handler = async (e) => { console.log("turn " + e); return e; };');
    const events = Array.from({ length: 30 }, (_, i) => i);
    const results = await Promise.all(events.map((event) => made.invoke(event)));
    expect(results).toEqual(events.map((payload) => ({ ok: true, payload })));
  });

  it('beyond the reserved concurrency are throttled at once', async () => {
    const made = started(TOGETHER, { reservedConcurrency: 1 });
    const running = made.invoke({ name: 'a', wanted: 2 });
    const throttled = await made.invoke({ name: 'b', wanted: 0 });
    expect(throttled).toMatchObject({ ok: false, reason: 'throttled', errorType: 'TooManyRequestsException' });
    const folder = join(folders.at(-1) ?? '', 'running');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'c'), '');
    expect(await running).toEqual({ ok: true, payload: 'a' });
    expect(await made.invoke({ name: 'd', wanted: 0 })).toMatchObject({ ok: true });
  });

  it('with a reserved concurrency of zero never run', async () => {
    expect(await started(BY_EVENT, { reservedConcurrency: 0 }).invoke({})).toMatchObject({ reason: 'throttled' });
  });
});

describe('what a function writes', () => {
  it('goes to the log line by line, with its level, in order and before the answer', async () => {
    const made = started(`export const handler = async () => {
      console.log('one %d', 1);
      process.stdout.write('tw');
      process.stdout.write('o\\nthree');
      console.warn('careful');
      console.error('bad\\nworse');
      process.stderr.write('{"level":"INFO"}\\n');
      console.info('');
    };`);
    await made.invoke({});
    expect(logged).toEqual([
      'info orders one 1',
      'info orders two',
      'warn orders careful',
      'error orders bad',
      'error orders worse',
      'error orders {"level":"INFO"}',
      'info orders three',
    ]);
  });

  it('is kept when it exits or hangs right after', async () => {
    const made = started(
      'export const handler = async (e) => { console.log("last words"); if (e) process.exit(); for (;;); };',
      {
        timeoutMs: 200,
      },
    );
    await Promise.all([made.invoke(true), made.invoke(false)]);
    expect(logged.filter((line) => line === 'info orders last words')).toHaveLength(2);
  });

  it('shows the lines of the source when the bundle has a source map', async () => {
    // Line 1 of the bundle is line 3 of order.ts.
    const map = { version: 3, sources: ['order.ts'], names: [], mappings: 'AAEA' };
    const inline = Buffer.from(JSON.stringify(map)).toString('base64');
    const made = started(
      `export const handler = async () => { throw new Error('mapped'); };\n//# sourceMappingURL=data:application/json;base64,${inline}`,
    );
    await made.invoke({});
    expect(logged.join('\n')).toMatch(/order\.ts:3/);
  });
});

describe('stopping', () => {
  it('ends hanging and spinning invocations at once, and later ones are refused', async () => {
    const made = started(BY_EVENT, { timeoutMs: 60_000 });
    expect(await made.invoke({})).toMatchObject({ ok: true });
    const running = [made.invoke({ do: 'hang' }), made.invoke({ do: 'spin' })];
    await made.stop();
    for (const result of await Promise.all(running)) expect(result).toMatchObject({ ok: false, reason: 'crash' });
    expect(await made.invoke({})).toMatchObject({ ok: false, reason: 'crash' });
    await made.stop();
  });
});
