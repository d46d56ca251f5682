/** Whatever a function connects with, it does not come to AWS. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { listenOnLoopback, stopServer } from '../../../../../infra/local/engine/loopback.ts';
import type { LocalFunction } from '../../../../../infra/local/services/lambda/lambda-function.ts';
import { createFunction } from '../../../../../infra/local/services/lambda/local-function.ts';

const CODE = `
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import { SQSClient, ListQueuesCommand } from '@aws-sdk/client-sqs';
const failed = (emitter) => new Promise((resolve, reject) => emitter.on('error', reject).on('response', resolve));
const ways = {
  http: (url) => failed(http.get(url)),
  https: (url) => failed(https.get(url)),
  http2: (url) => failed(http2.connect(url)),
  net: (url) => failed(net.connect(443, new URL(url).hostname)),
  fetch: (url) => fetch(url),
  sdk: (endpoint) => new SQSClient({ endpoint }).send(new ListQueuesCommand({})),
};
export const handler = async ({ way, url }) => {
  try {
    await ways[way](url);
    return 'connected';
  } catch (error) {
    return (error.cause ?? error).message;
  }
};`;

const logged: string[] = [];
const server = createServer((_, response) => response.end('here'));
const codeFolder = mkdtempSync(join(tmpdir(), 'function-'));
let local = '';
let made: LocalFunction;
beforeAll(async () => {
  local = await listenOnLoopback(server, 0);
  writeFileSync(join(codeFolder, 'index.mjs'), CODE);
  const definition = {
    name: 'orders',
    arn: 'arn:aws:lambda:eu-west-1:000000000000:function:orders',
    codeFolder,
    handler: 'index.handler',
    environment: { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
    timeoutMs: 20_000,
    memoryMb: 256,
  };
  made = createFunction(definition, (level, _source, line) => void logged.push(`${level} ${line}`));
});
beforeEach(() => {
  logged.length = 0;
});
afterAll(async () => {
  await made.stop();
  await stopServer(server);
  rmSync(codeFolder, { recursive: true });
});

it.each([
  ['http', 'http://dynamodb.eu-west-1.amazonaws.com/'],
  ['https', 'https://dynamodb.eu-west-1.amazonaws.com/'],
  ['https', 'https://SQS.cn-north-1.amazonaws.com.cn./'],
  ['http2', 'https://sqs.eu-west-1.api.aws/'],
  ['net', 'https://sqs.eu-west-1.api.aws/'],
  ['fetch', 'https://orders.s3.amazonaws.com/'],
  ['sdk', 'https://sqs.eu-west-1.amazonaws.com'],
  ['https', 'https://abc.lambda-url.eu-west-1.on.aws/'],
  ['fetch', 'https://shop.auth.eu-west-1.amazoncognito.com/'],
  ['http', 'http://169.254.169.254/'],
])('By %s a function does not reach %s, and is told so once', async (way, url) => {
  const { hostname } = new URL(url);
  const result = await made.invoke({ way, url });
  expect(result).toEqual({ ok: true, payload: expect.stringMatching(new RegExp(`^${hostname} is refused: `)) });
  expect(logged).toEqual([`error ${result.ok && result.payload}`]);
});

it.each(['http', 'fetch'])('By %s a function reaches this machine', async (way) => {
  expect(await made.invoke({ way, url: local })).toEqual({ ok: true, payload: 'connected' });
});
