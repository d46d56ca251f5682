/** What a person meets who starts the local cloud, uses it and ends it. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import { inline, writtenAssembly } from './written-assembly.ts';

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

it('Help is printed, and nothing is started', async () => {
  const run = start(['--help']);
  expect(await run.ended).toEqual([0, null]);
  expect(run.stdout).toMatch(/^npm start -- \[options\]\n.*--without <type> /s);
  expect(run.stderr).toBe('');
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

it('Functions run in UTC, whatever zone this machine or the template has, which is told', async () => {
  const tells = 'exports.handler = async () => [new Date(0).getHours(), process.env.TZ, process.env.LANG];';
  const zoned = (TZ: string) => inline(tells, { TZ, LANG: 'C' });
  const clock = writtenAssembly({
    Clock: { template: { Resources: { There: zoned('Europe/Berlin'), Here: zoned('Etc/UTC') } } },
  });
  const run = start(['--no-iam', '--assembly', clock], { TZ: 'Asia/Tokyo' });
  await running(run);
  const { endpoints } = JSON.parse(readFileSync(join(project, '.tributary', 'outputs.json'), 'utf8'));
  const invoked = await fetch(`${endpoints.lambda}/2015-03-31/functions/Clock-There/invocations`, { method: 'POST' });
  expect(await invoked.json()).toEqual([0, 'Europe/Berlin', 'C']);
  expect(run.stdout.split('\n').filter((line) => line.includes('TZ has no effect'))).toEqual([
    expect.stringMatching(
      /WARN TZ has no effect here, where all functions run in the zone UTC: Clock-There \(Europe\/Berlin\)/,
    ),
  ]);
});

describe('Several apps', () => {
  it('run as one: an event of the one reaches a rule of the other on the bus that they share', async () => {
    const shop = writtenAssembly({
      Shop: {
        template: {
          Parameters: { BusName: { Type: 'String' } },
          Resources: {
            Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: { Ref: 'BusName' } } },
            Front: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'front', ProtocolType: 'HTTP' } },
            Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId: { Ref: 'Front' }, StageName: '$default' } },
          },
          Outputs: {
            ExportsOutputRefBus: { Value: { Ref: 'Bus' } },
            Bus: { Value: { 'Fn::GetAtt': ['Bus', 'Arn'] }, Export: { Name: 'shared-bus' } },
          },
        },
      },
    });
    const prints = inline('exports.handler = async ({ detail }) => console.log("sold", detail.what);');
    const office = writtenAssembly({
      Office: {
        template: {
          Resources: {
            Prints: prints,
            OfShop: {
              Type: 'AWS::Events::Rule',
              Properties: {
                EventBusName: { 'Fn::ImportValue': 'shared-bus' },
                EventPattern: { source: ['shop'] },
                Targets: [{ Id: 'prints', Arn: { 'Fn::GetAtt': ['Prints', 'Arn'] } }],
              },
            },
          },
        },
      },
    });
    const both = [
      '--no-iam',
      '--assembly',
      shop,
      '--assembly',
      office,
      '--assembly',
      greeter,
      '--parameter',
      'BusName=shared',
    ];
    const run = start(both, { PORT_GREETER: '0' });
    await running(run);
    const outputs = JSON.parse(readFileSync(join(project, '.tributary', 'outputs.json'), 'utf8'));
    expect(run.stdout).toContain(`Shop.Bus   ${outputs.Shop.Bus}`);
    expect(run.stdout).not.toContain('ExportsOutputRefBus');
    expect(outputs.Shop).toHaveProperty('ExportsOutputRefBus', 'shared');
    expect(Object.keys(outputs.endpoints.httpApis)).toEqual(['front', 'greeter']);
    for (const url of [...Object.values(outputs.endpoints.httpApis), outputs.endpoints.eventBridge]) {
      expect(run.stdout).toContain(url);
    }
    const Entries = [{ EventBusName: 'shared', Source: 'shop', DetailType: 'Sold', Detail: '{"what":"a hat"}' }];
    const headers = { 'x-amz-target': 'AWSEvents.PutEvents' };
    await fetch(outputs.endpoints.eventBridge, { method: 'POST', headers, body: JSON.stringify({ Entries }) });
    await vi.waitUntil(() => run.stdout.includes('sold a hat'), { timeout: 10_000 });
  });

  it('cannot have a stack of the same name', async () => {
    const [one, other] = [0, 1].map(() => writtenAssembly({ Shop: { template: { Resources: {} } } }));
    const run = start(['--assembly', String(one), '--assembly', String(other)]);
    expect(await run.ended).toEqual([1, null]);
    expect(run.stderr).toBe(`${one} and ${other} both have a stack Shop; one of them has to be named anew.\n`);
  });
});

it('A run that is asked to end before it has started says so and ends', async () => {
  const run = start(['--assembly', greeter], { DYNAMODB_ENDPOINT: '' });
  await vi.waitUntil(() => run.stdout.includes('template read'), { timeout: 10_000 });
  run.child.kill('SIGINT');
  expect(await run.ended).toEqual([0, null]);
  expect(run.stdout).toMatch(/Ending before everything was started\.\n$/);
  expect(run.stdout).not.toContain('running');
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

  it('names parameters that no stack has, and those that have no value, with all else that is missing', async () => {
    const shop = writtenAssembly({
      Shop: {
        template: {
          Parameters: {
            Stage: { Type: 'String' },
            Size: { Type: 'String' },
            Limit: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/shop/limit' },
            Unused: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/version' },
          },
          Resources: {
            F: inline('', { LIMIT: { Ref: 'Limit' }, KEY: '{{resolve:secretsmanager:shop/key:SecretString:token::}}' }),
            G: inline('', { LIMIT: { Ref: 'Limit' } }),
          },
        },
      },
    });
    const [unknown, missing] = await Promise.all([
      fails(['--assembly', shop, '--parameter', 'Stge=test', '--parameter', 'Size=1']),
      fails(['--assembly', shop, '--parameter', 'Stage=test', '--values', join(greeter, '..', 'values.json')]),
    ]);
    expect(unknown).toBe('No stack has the parameter Stge. Parameters here: Stage, Size, Limit, Unused.\n');
    expect(missing).toMatch(/^The values in \S+values.json cannot be read: /);
    const lines = (await fails(['--assembly', shop, '--parameter', 'Stage=test'])).trim().split('\n');
    expect(lines.slice(1)).toEqual([
      expect.stringContaining(
        'Shop, property Parameters.Size: has no default, and nobody gives it a value: --parameter Size=',
      ),
      expect.stringMatching(
        /2 times AWS::Lambda::Function, property Environment.Variables.LIMIT: the SSM parameter \/shop\/limit has no value here; give it in \S*tributary.local.json: .*: Shop\/F, Shop\/G$/,
      ),
      expect.stringContaining(
        'Shop/F, AWS::Lambda::Function, property Environment.Variables.KEY: the secret shop/key has no value here',
      ),
    ]);
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
