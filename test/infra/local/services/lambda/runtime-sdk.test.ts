/** A bundle without an AWS SDK finds that of the runtime, and one with its own keeps it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
  logged.length = 0;
});

function answered(files: Record<string, string>) {
  const codeFolder = mkdtempSync(join(tmpdir(), 'bundle-'));
  folders.push(codeFolder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(codeFolder, name)), { recursive: true });
    writeFileSync(join(codeFolder, name), text);
  }
  const definition = {
    name: 'bundle',
    arn: 'arn:aws:lambda:eu-west-1:000000000000:function:bundle',
    codeFolder,
    handler: 'index.handler',
    environment: { AWS_REGION: 'eu-west-1' },
    timeoutMs: 5_000,
    memoryMb: 256,
  };
  const made = createFunction(definition, (_level, _source, line) => void logged.push(line));
  functions.push(made);
  return made.invoke({});
}

const NAMES = '[typeof SQSClient, typeof DynamoDBDocumentClient, typeof NodeHttpHandler]';
const functionsOfAll = { ok: true, payload: ['function', 'function', 'function'] };

describe('A bundle without an SDK', () => {
  it.each([
    [
      'CommonJS',
      'index.js',
      `const { SQSClient } = require('@aws-sdk/client-sqs');
       const { DynamoDBDocumentClient } = require('@aws-sdk/lib-dynamodb');
       const { NodeHttpHandler } = require('@smithy/node-http-handler');
       exports.handler = async () => ${NAMES};`,
    ],
    [
      'an ES module',
      'index.mjs',
      `import { SQSClient } from '@aws-sdk/client-sqs';
       import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
       const { NodeHttpHandler } = await import('@smithy/node-http-handler');
       export const handler = async () => ${NAMES};`,
    ],
    [
      'an ES module that makes itself a require, as bundlers do',
      'index.mjs',
      `import { createRequire } from 'node:module';
       const require = createRequire(import.meta.url);
       const { SQSClient } = require('@aws-sdk/client-sqs');
       const { DynamoDBDocumentClient } = require('@aws-sdk/lib-dynamodb');
       const { NodeHttpHandler } = require('@smithy/node-http-handler');
       export const handler = async () => ${NAMES};`,
    ],
  ])('finds that of the runtime from %s', async (_, file, code) => {
    expect(await answered({ [file]: code })).toEqual(functionsOfAll);
  });

  it('is told which client is not there and what to do', async () => {
    const result = await answered({ 'index.js': "require('@aws-sdk/client-nowhere/x');" });
    expect(result).toMatchObject({
      ok: false,
      errorType: 'Runtime.ImportModuleError',
      errorMessage: expect.stringContaining(
        "Cannot find package '@aws-sdk/client-nowhere': the local cloud brings only",
      ),
    });
  });

  it('finds nothing else of the local cloud', async () => {
    expect(await answered({ 'index.mjs': "import 'zod'; export const handler = async () => 1;" })).toMatchObject({
      ok: false,
      errorMessage: expect.stringContaining("Cannot find package 'zod'"),
    });
  });
});

it('A bundle with an SDK of its own keeps it', async () => {
  const own = {
    'node_modules/@aws-sdk/client-sqs/package.json': '{"name":"@aws-sdk/client-sqs","main":"index.js"}',
    'node_modules/@aws-sdk/client-sqs/index.js': "exports.SQSClient = 'its own';",
  };
  const common = "exports.handler = async () => require('@aws-sdk/client-sqs').SQSClient;";
  const modern = "import { SQSClient } from '@aws-sdk/client-sqs'; export const handler = async () => SQSClient;";
  const its = { ok: true, payload: 'its own' };
  expect([await answered({ ...own, 'index.js': common }), await answered({ ...own, 'index.mjs': modern })]).toEqual([
    its,
    its,
  ]);
});
