/** A person who has just been woken copies what the runbooks say: every command exists, and every name is one of the deployment's. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { followersOf } from '#shared/catalog/index.ts';
import { contexts } from '../../../functions/contexts.ts';
import { type SynthesizedApp, synthesizedApp } from '../../support/synthesized-app.ts';

vi.mock(import('../../../infra/constructs/bundle.ts'), () => import('../../support/without-bundling.ts'));

const root = resolve(import.meta.dirname, '../../..');
const folder = resolve(root, 'docs/runbooks');
const files = readdirSync(folder);
const pages = files.map((page) => [page, readFileSync(resolve(folder, page), 'utf8')] as const);
const { scripts } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8'));

const app = synthesizedApp();
afterAll(() => app.remove());

it('Every runbook is in the index, and the index names no other', () => {
  const index = readFileSync(resolve(folder, 'README.md'), 'utf8');
  const named = [...index.matchAll(/^\| \[[\w-]+\]\(([\w-]+\.md)\)/gm)].map(([, page]) => page);
  expect(named).toEqual(files.filter((page) => page !== 'README.md').toSorted());
});

describe('Commands', () => {
  /** Of each script that is named anywhere, what is given to it. */
  const given = new Map<string, Set<string>>();
  for (const [, text] of pages) {
    for (const [, script = '', rest = ''] of text.matchAll(/npm run ([\w:-]+)( -- [^`#\n]*)?/g)) {
      const options = [...rest.matchAll(/(--[a-z][a-z-]*|-c [a-zA-Z]+)/g)].map(([, option = '']) => option);
      given.set(script, new Set([...(given.get(script) ?? []), ...options]));
    }
  }
  const usage = async (command: string) => {
    const [file] = /infra\/cli\/[\w-]+\.ts/.exec(command) ?? [];
    // What cdk is given with -c is read in one place.
    if (file === undefined) return readFileSync(resolve(root, 'infra/config.ts'), 'utf8');
    return (await promisify(execFile)(process.execPath, [resolve(root, file), '--help'])).stdout;
  };

  it('A request is signed in one place, with the token of a session', () => {
    const signing = pages.filter(([, text]) => text.includes('--aws-sigv4'));
    expect(signing.map(([page]) => page)).toEqual(['README.md']);
    expect(signing[0]?.[1]).toContain('x-amz-security-token: $AWS_SESSION_TOKEN');
  });

  it.each([...given])('npm run %s is there and takes what it is given', async (script, options) => {
    expect(scripts).toHaveProperty(script);
    const text = await usage(scripts[script]);
    expect([...options].filter((option) => !text.includes(option))).toEqual([]);
  });
});

describe('Names', () => {
  const names = deployedNames(app);

  it.each(pages)('%s names what is deployed', (_, text) => {
    const unknown = [
      ...text.matchAll(/([^\n]*?)(?:<stage>-)?((?:\/aws\/\w+\/)?tributary[-\w<>/]*)(?=[`' .,|]|$)/gm),
    ].flatMap(([, before = '', name = '']) => {
      const known = knownTo(before, name);
      const filled = fill(name);
      return filled.length === 0 ? [name] : filled.filter((one) => !known(one));
    });
    expect(unknown).toEqual([]);
  });

  it.each(pages)('%s names endings of functions that there are', (_, text) => {
    const endings = [...text.matchAll(/`…(-[\w-]+)`/g)].map(([, ending = '']) => ending);
    expect(endings.filter((ending) => ![...names.functions].some((name) => name.endsWith(ending)))).toEqual([]);
  });

  /** What a name may be, by what stands before it. */
  function knownTo(before: string, name: string): (name: string) => boolean {
    const beginsOne = (of: ReadonlySet<string>) => (name: string) => [...of].some((one) => one.startsWith(name));
    if (name.startsWith('/aws/'))
      return before.endsWith('begin with `') ? beginsOne(names.logs) : (one) => names.logs.has(one);
    if (before.endsWith('--queue-name-prefix ')) return beginsOne(names.queues);
    if (name.endsWith('_dead-letters')) return (one) => names.queues.has(one);
    if (before.endsWith('describe-rule --name ')) return (one) => names.rules.has(one);
    if (before.endsWith('--function-name ')) return (one) => names.functions.has(one);
    if (before.endsWith('--stack-name ')) return (one) => names.stacks.has(one);
    if (name.includes('/')) return (one) => names.alarms.has(one);
    return (one) => [names.functions, names.topics, names.dashboards, names.prefixes].some((of) => of.has(one));
  }
});

/** A name with each thing that its placeholders may stand for. */
function fill(name: string): string[] {
  return contexts.flatMap((context) => {
    const { projections, processManagers = [] } = context;
    const of = /(Projection|Process)-<part>/.exec(name)?.[1];
    const parts =
      { Projection: projections, Process: processManagers }[of ?? ''] ??
      followersOf(context).map((one) => one.follower);
    const filled = name.replaceAll(/<(?:context|target)>/g, context.name);
    return filled.includes('<part>') ? parts.map((part) => filled.replaceAll('<part>', part.name)) : [filled];
  });
}

function deployedNames(app: SynthesizedApp) {
  const named = (type: string, property: string) =>
    new Set(app.all<Record<string, string>>(type).map(({ properties }) => properties[property] ?? ''));
  return {
    logs: named('AWS::Logs::LogGroup', 'LogGroupName'),
    functions: named('AWS::Lambda::Function', 'FunctionName'),
    rules: named('AWS::Events::Rule', 'Name'),
    alarms: named('AWS::CloudWatch::Alarm', 'AlarmName'),
    topics: named('AWS::SNS::Topic', 'TopicName'),
    dashboards: new Set(
      app
        .all<{ DashboardName: { 'Fn::Join': [string, (string | object)[]] } }>('AWS::CloudWatch::Dashboard')
        .map(({ properties: { DashboardName } }) => DashboardName['Fn::Join'][1])
        .map((pieces) => pieces.map((piece) => (typeof piece === 'string' ? piece : '<region>')).join('')),
    ),
    // CloudFormation names a queue that has no name after its stack and its logical id, with something random behind.
    queues: new Set(
      app
        .all<{ QueueName?: string }>('AWS::SQS::Queue')
        .map(({ stack, id, properties: { QueueName } }) => QueueName ?? `${stack}-${id}`),
    ),
    stacks: new Set(app.stacks),
    /** What all names begin with. */
    prefixes: new Set(['tributary']),
  };
}
