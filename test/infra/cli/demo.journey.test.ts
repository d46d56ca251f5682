/** `npm run demo` tells its stories on a running system or on one of its own, and a wrong figure does not go unnoticed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { resolve } from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { runTool } from './feed-tool.ts';

const appUrl = inject('appUrl');

const demo = (args: readonly string[], url = appUrl) =>
  runTool('demo', args, { PORT: new URL(url).port, FORCE_COLOR: undefined, NO_COLOR: '1' });

const servers: Server[] = [];
const tools: ChildProcess[] = [];
afterAll(() => {
  for (const tool of tools) tool.kill('SIGKILL');
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

type Reply = { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly text: string };

/** A system that answers as it is told. */
async function answering(reply: (method: string, path: string, headers: Headers, body: string) => Promise<Reply>) {
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const sent = Object.entries(incoming.headers).filter(([name]) => !['host', 'connection'].includes(name));
    const headers = new Headers(sent.map(([name, value]) => [name, String(value)]));
    const body = Buffer.concat(chunks).toString();
    const answer = await reply(incoming.method ?? 'GET', incoming.url ?? '/', headers, body);
    outgoing.writeHead(answer.status, answer.headers).end(answer.text);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${Object(server.address()).port}`;
}

/** The app, with something changed in every answer; those that are lost have been given, and are told as a crash. */
const changed = (
  change: (text: string) => string,
  isLost: (path: string) => boolean = () => false,
  until: (path: string) => Promise<void> = async () => {},
) =>
  answering(async (method, path, headers, body) => {
    await until(path);
    headers.delete('content-length');
    const response = await fetch(`${appUrl}${path}`, { method, headers, ...(method === 'POST' && { body }) });
    if (isLost(path)) return { status: 500, headers: {}, text: '{"message":"Internal Server Error"}' };
    const kept = ['content-type', 'etag', 'consistency-token'];
    const answered = [...response.headers].filter(([name]) => kept.includes(name));
    return { status: response.status, headers: Object.fromEntries(answered), text: change(await response.text()) };
  });

describe('A story', () => {
  it.concurrent.each([
    ['account', [], ['€ 2.354,63', 'As it would be', 'the difference is € 515,15', 'both ways come to the same today']],
    ['parcels', ['--story', 'parcels'], ['Loaded onto truck T1  late', 'again', 'it is settled, and delivered']],
    ['transfer', ['--story', 'transfer'], ['rejected, account-not-open', 'the deadline confirmation has passed']],
  ])(
    'of the %s is played twice at once, each run with ids of its own, and every figure is right',
    async (_, args, told) => {
      for (const { code, output, errors } of await Promise.all([demo(args), demo(args)])) {
        expect({ code, errors }).toEqual({ code: 0, errors: '' });
        for (const text of told) expect(output).toContain(text);
        expect(output).not.toContain('✗');
        expect(output).not.toContain('\u001b');
        expect(Math.max(...output.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
        expect(output).toContain(`curl ${appUrl}/streams/`);
      }
    },
  );

  type Change = readonly [from: RegExp, to: string, named: string];
  it.concurrent.each<[story: string, ...changes: Change[]]>([
    [
      'account',
      [/"total":218132/g, '"total":218133', 'expected {"on":"2017-08-29","label":"Retro Correction 11-06"'],
      [/"difference":51515/g, '"difference":51514', 'expected 51515, found 51514'],
    ],
    [
      'parcels',
      [/"duplicates":9/g, '"duplicates":8', '"duplicates":9,"status":"Delivered"'],
      [/"late":true/g, '"late":false', 'expected true, found false'],
    ],
    [
      'transfer',
      [/"balance":75000/g, '"balance":74999', 'no money was made or lost, number 1: expected 75000, found 74999'],
    ],
  ])('of the %s ends with 1 and names every figure that is another one: %s %s', async (story, ...changes) => {
    const url = await changed((text) => changes.reduce((told, [from, to]) => told.replaceAll(from, to), text));
    const { code, output, errors } = await demo(['--story', story], url);
    expect(code).toBe(1);
    expect(output).toContain('✗');
    for (const [, , named] of changes) expect(errors).toContain(named);
    expect(errors).toMatch(/^Not as it should be: /);
  });

  it.concurrent('waits for a system that is too busy to say at once that it is there', async () => {
    const firstIsOver = Promise.withResolvers<void>();
    let asked = 0;
    const url = await changed(
      (text) => text,
      () => false,
      async (path) => {
        if (path === '/health' && ++asked === 1) await firstIsOver.promise;
        firstIsOver.resolve();
      },
    );
    const { code, errors } = await demo([], url);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
  });

  it('comes out the same when answers are lost after the work was done', async () => {
    let asked = 0;
    const url = await changed(
      (text) => text,
      (path) => path !== '/health' && ++asked % 4 === 0,
    );
    const { code, errors } = await demo(['--story', 'parcels'], url);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
  });

  it('says so when the system goes away in the middle of it', async () => {
    const url = await changed((text) => {
      if (text.includes('"version":5')) servers.at(-1)?.closeAllConnections();
      return text;
    });
    const { code, errors } = await demo([], url);
    expect({ code, errors }).toEqual({
      code: 2,
      errors: `The demo could not be played: the system at ${url} does not answer any more.\n`,
    });
  });

  it('that is none is told with those that there are', async () => {
    const { code, output, errors } = await demo(['--story', 'acount']);
    expect({ code, output }).toEqual({ code: 2, output: '' });
    expect(errors).toBe(
      'The demo could not be played: there is no story acount; there are account, parcels, transfer.\n',
    );
    expect((await demo(['--stroy'])).code).toBe(2);
  });

  it('is not played on something else that has the port', async () => {
    const url = await answering(async () => ({ status: 200, headers: {}, text: 'Hello' }));
    const { code, errors } = await demo([], url);
    expect({ code, lines: errors.trim().split('\n').length }).toEqual({ code: 2, lines: 1 });
    expect(errors).toContain(`something else than Tributary answers at ${url}; set PORT to another port`);
  });
});

describe('A demo without a running system', () => {
  it('starts one, and ends it when it is interrupted in the middle of the story', async () => {
    const main = resolve(import.meta.dirname, '../../../infra/cli/demo.ts');
    const env = { ...process.env, PORT: '0', EVENTBRIDGE_PORT: '', DYNAMODB_ENDPOINT: '', CHAOS: '' };
    const tool = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    tools.push(tool);
    let output = '';
    let errors = '';
    tool.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    const isTold = Promise.withResolvers<void>();
    tool.stdout.on('data', (chunk) => {
      output += chunk;
      if (output.includes('Ordinary months')) isTold.resolve();
    });
    const closed = once(tool, 'close');
    await Promise.race([isTold.promise, closed]);
    tool.kill('SIGINT');
    const [code] = await closed;
    expect({ code, errors }).toEqual({ code: 130, errors: '' });
    expect(output).toContain('No system is running; starting one.');
    const [, dynamodb = ''] = /DynamoDB at (\S+)/.exec(output) ?? [];
    await expect(fetch(dynamodb)).rejects.toThrow();
  });
});
