/** A function finds only what is deployed with it, though its folder lies inside a project that has more. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { LocalFunction } from '../../../../../infra/local/services/lambda/lambda-function.ts';
import { createFunction } from '../../../../../infra/local/services/lambda/local-function.ts';

const folders: string[] = [];
const functions: LocalFunction[] = [];
const logged: string[] = [];
afterEach(async () => {
  await Promise.all(functions.splice(0).map((made) => made.stop()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  rmSync(written, { force: true });
  logged.length = 0;
});

const code = (name: string, text: string) => ({ [`node_modules/${name}/index.js`]: text });
/** Of the project, above the folder of the code. */
const project = {
  ...code('uuid', "exports.v4 = 'of the project';"),
  ...code('aws-sdk', 'exports.version = 2;'),
  ...code('@aws-sdk/client-odd', "exports.odd = require('uuid').v4;"),
  'shared.js': 'exports.shared = 1;',
};

const written = join(tmpdir(), `written-${randomUUID()}.js`);

function answered(asset: Record<string, string>, handler = 'index.handler') {
  const folder = mkdtempSync(join(tmpdir(), 'project-'));
  folders.push(folder);
  const files = Object.entries(asset).map(([name, text]) => [join('cdk.out', 'asset.1', name), text] as const);
  for (const [name, text] of [...Object.entries(project), ...files]) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const link = join(folder, 'link');
  symlinkSync(join(folder, 'cdk.out', 'asset.1'), link);
  const definition = {
    name: 'orders',
    arn: 'arn:aws:lambda:eu-west-1:000000000000:function:orders',
    codeFolder: link,
    handler,
    environment: {},
    timeoutMs: 5_000,
    memoryMb: 256,
  };
  const made = createFunction(definition, (_level, _source, line) => void logged.push(line));
  functions.push(made);
  return made.invoke({});
}

const required = "const { v4 } = require('uuid'); exports.handler = async () => v4;";

describe('Code that was not bundled', () => {
  it.each([
    [
      'requires a package',
      { 'index.js': required },
      /^Error: Cannot find module 'uuid'\nRequire stack:\n- \S+index\.js$/,
    ],
    [
      'imports a package',
      { 'index.mjs': "import { v4 } from 'uuid'; export const handler = async () => v4;" },
      /^Error: Cannot find package 'uuid' imported from \S+index\.mjs$/,
    ],
    [
      'has a package that requires one',
      { 'index.js': "exports.handler = require('orders').handler;", ...code('orders', required) },
      /^Error: Cannot find module 'uuid'/,
    ],
    [
      'requires a file above its folder',
      { 'index.js': "require('../../shared.js'); exports.handler = async () => 1;" },
      /^Error: Cannot find module '\.\.\/\.\.\/shared\.js'/,
    ],
  ])('cannot be loaded when it %s of the project', async (_, asset, errorMessage) => {
    expect(await answered(asset)).toMatchObject({
      errorType: 'Runtime.ImportModuleError',
      errorMessage: expect.stringMatching(errorMessage),
    });
    expect(logged.filter((line) => /is not in the asset, .* bundle it \(NodejsFunction\)/.test(line))).toHaveLength(1);
  });

  it('is told of version 2 of the AWS SDK that no runtime has it', async () => {
    const asset = { 'index.js': "require('aws-sdk'); exports.handler = async () => 1;" };
    expect(await answered(asset)).toMatchObject({ errorType: 'Runtime.ImportModuleError' });
    expect(logged.join('\n')).toMatch(/aws-sdk\S* is not in the asset, .* use version 3/);
  });

  it('is told so when it looks for a package later, and can do without', async () => {
    const later = `exports.handler = async () => {
      const codes = [];
      try { require('uuid'); } catch ({ code }) { codes.push(code); }
      try { await import('uuid'); } catch ({ code }) { codes.push(code); }
      return codes;
    };`;
    expect(await answered({ 'index.js': later })).toEqual({
      ok: true,
      payload: ['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND'],
    });
  });
});

describe('A function finds', () => {
  it.each([
    ['its own package', { 'index.js': required, ...code('uuid', "exports.v4 = 'its own';") }, 'its own'],
    ['what Node has', { 'index.js': "exports.handler = async () => typeof require('fs').readFileSync;" }, 'function'],
    [
      'what it has written to the folder for temporary files, by its path',
      {
        'index.js': `exports.handler = async () => {
          require('fs').writeFileSync(${JSON.stringify(written)}, 'module.exports = 42;');
          return [require(${JSON.stringify(written)}), (await import(${JSON.stringify(written)})).default];
        };`,
      },
      [42, 42],
    ],
    [
      'an SDK of the project, and that what it needs',
      { 'index.js': "exports.handler = async () => require('@aws-sdk/client-odd').odd;" },
      'of the project',
    ],
  ])('%s', async (_, asset, payload) => {
    expect(await answered(asset)).toEqual({ ok: true, payload });
  });
});
