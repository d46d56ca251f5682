/** What a person meets who starts the local cloud, uses it and ends it. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, inject, it, vi } from 'vitest';

const local = import.meta.dirname;
const project = join(local, '..', '..', '..');
const greeter = join(local, 'fixtures', 'greeter');

type Run = { readonly child: ChildProcess; stdout: string; stderr: string; readonly ended: Promise<unknown[]> };
const runs: Run[] = [];

function start(args: readonly string[], env: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, [join(project, 'infra', 'local', 'main.ts'), ...args], {
    env: { PATH: process.env.PATH, PORT: '0', DYNAMODB_ENDPOINT: inject('dynamodbEndpoint'), ...env },
  });
  const run: Run = { child, stdout: '', stderr: '', ended: once(child, 'close') };
  child.stdout.on('data', (chunk) => (run.stdout += chunk));
  child.stderr.on('data', (chunk) => (run.stderr += chunk));
  runs.push(run);
  return run;
}

async function running(run: Run): Promise<string> {
  await vi.waitUntil(() => run.stdout.includes('Ctrl-C ends it'), { timeout: 18_000 });
  return /greeter +(http:\S+)/.exec(run.stdout)?.[1] ?? '';
}

afterEach(() => {
  for (const { child } of runs.splice(0)) child.kill('SIGKILL');
});

describe('A run', () => {
  it('shows its steps, its address and its routes, serves, and ends with 0 at a signal', async () => {
    const run = start(['--assembly', greeter]);
    const url = await running(run);
    expect(run.stdout).toMatch(/s {2}template read: Greeter\n.*s {2}DynamoDB at/);
    expect(run.stdout).toContain(`GET ${url}/hello`);
    expect(await (await fetch(`${url}/hello`)).text()).toBe('Hello');
    await vi.waitUntil(() => run.stdout.includes('Greeter-Greet  greeting to=all\n'), { timeout: 10_000 });
    const kept = readFileSync(join(project, '.tributary', 'logs', 'local.log'), 'utf8');
    expect(kept).toMatch(/info {2}Greeter-Greet {2}\{"level":"INFO","message":"greeting"/);

    run.child.kill('SIGINT');
    // npm passes on the Ctrl-C that all of the terminal's processes got.
    run.child.kill('SIGINT');
    expect(await run.ended).toEqual([0, null]);
    expect(run.stderr).toBe('');
    await expect(fetch(url)).rejects.toThrow();
  });

  it.each(['SIGTERM', 'SIGHUP'] as const)('ends with 0 at %s', async (signal) => {
    const run = start(['--assembly', greeter]);
    await running(run);
    run.child.kill(signal);
    expect(await run.ended).toEqual([0, null]);
  });
});

describe('A run whose DynamoDB Local ends', () => {
  it('says so and what to do, serves what it still can, and ends as ever', async () => {
    const run = start(['--assembly', greeter], { DYNAMODB_ENDPOINT: '' });
    const url = await running(run);
    const processes = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,comm='], { encoding: 'utf8' });
    const java = new RegExp(`^ *(\\d+) +${run.child.pid} .*java$`, 'm').exec(processes)?.[1];
    process.kill(Number(java), 'SIGKILL');
    await vi.waitUntil(() => run.stdout.endsWith('its data is gone. Stop with Ctrl-C and start again.\n'));
    expect(await (await fetch(`${url}/hello`)).text()).toBe('Hello');
    run.child.kill('SIGINT');
    expect(await run.ended).toEqual([0, null]);
  });
});

describe('A run that cannot start', () => {
  const fails = async (args: readonly string[], env: Record<string, string> = {}) => {
    const run = start(args, env);
    expect(await run.ended).toEqual([1, null]);
    return run.stderr;
  };

  it('says in one line what is wrong with a setting, a folder or a database', async () => {
    const [port, option, folder, database] = await Promise.all([
      fails(['--assembly', greeter], { PORT: 'web' }),
      fails(['--verbose']),
      fails(['--assembly', join(local, 'nowhere')]),
      fails(['--assembly', greeter], { DYNAMODB_ENDPOINT: 'http://127.0.0.1:1' }),
    ]);
    expect(port).toMatch(/^PORT=web is no port\. .*\n$/);
    expect(option).toMatch(/^"--verbose" is not understood\. .*\n$/);
    expect(folder).toMatch(/^\S+nowhere is not a synthesized CDK app: .*\n$/);
    expect(database).toMatch(/^No DynamoDB answers at DYNAMODB_ENDPOINT=http:\/\/127.0.0.1:1 .*\n$/);
  });

  it('says which port is taken, and how to choose another', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const taken = String(typeof address === 'object' ? address?.port : '');
    expect(await fails(['--assembly', greeter], { PORT: taken })).toMatch(
      new RegExp(`^Port ${taken} is in use\\. .* PORT=\\d+ npm start\\n$`),
    );
    expect(await fails(['--assembly', greeter], { EVENTBRIDGE_PORT: taken })).toMatch(
      new RegExp(`^Port ${taken} is in use\\. .* EVENTBRIDGE_PORT=\\d+ npm start\\n$`),
    );
    server.close();
  });

  it('says that Java is missing when there is none', async () => {
    const said = await fails(['--assembly', greeter], { DYNAMODB_ENDPOINT: '', PATH: '' });
    expect(said).toMatch(/^DynamoDB Local needs Java 17 or newer.*\n$/);
  });
});
