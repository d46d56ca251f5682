/** The example of a deployment from GitHub gives the token of the account only to the job that deploys. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const file = readFileSync(resolve(import.meta.dirname, '../../docs/deploy.example.yml'), 'utf8');
const [head = '', ...parts] = file.split(/^ {2}(\w+):\n(?= {4})/m);
const jobs = new Map(
  parts.flatMap((part, index) => (index % 2 === 0 ? [[part, parts[index + 1] ?? '']] : [])) as [string, string][],
);
const commandsOf = (job: string): string[] =>
  [...(jobs.get(job) ?? '').matchAll(/^ +- run: (.+)$/gm)].map(([, command = '']) => command);

it('Packages are tested and the app is synthesized without the token', () => {
  const withToken = [...jobs].filter(([, text]) => text.includes('id-token: write')).map(([name]) => name);
  expect(withToken).toEqual(['deploy']);
  expect(head).not.toMatch(/^[^#]*id-token/m);
  expect(commandsOf('synthesize')).toEqual(expect.arrayContaining(['npm ci', 'npm test']));
});

it('The job with the token runs no script of a package, and deploys what was synthesized', () => {
  expect(commandsOf('deploy')).toEqual([
    'npm ci --ignore-scripts',
    'npm run deploy -- --app cdk.out --require-approval never',
  ]);
});

it('Somebody is told of alarms, and the first deployment is one that is not protected', () => {
  expect(commandsOf('synthesize').join()).toContain('-c alarmEmail=');
  expect(head.indexOf('without protect')).toBeLessThan(head.indexOf('# 2.'));
});
