/** Whoever deploys is told what is wrong in a line each, and nothing is synthesized. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { expect, it } from 'vitest';
import { contexts } from '../../functions/contexts.ts';
import { DeploymentFaults } from '../../infra/deployment-faults.ts';
import { addAllStacks } from '../../infra/stacks/all-stacks.ts';

/** Runs the app as the CDK command line does. */
function synthesize(context: Readonly<Record<string, unknown>>, environment: NodeJS.ProcessEnv = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-app-'));
  const env = { PATH: process.env.PATH, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify(context), ...environment };
  const app = resolve(import.meta.dirname, '../../infra/app.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [app], { env, encoding: 'utf8' });
  return { status, stdout, stderr, isWritten: existsSync(join(folder, 'manifest.json')) };
}

it('Settings that are wrong are a line each, without the code that found them', () => {
  expect(synthesize({ protect: 'yes', stge: 'test' }, { SETTLE_SECONDS: 'soon' })).toEqual({
    status: 1,
    stdout: '',
    stderr: [
      '"stge" is no setting; there are stage, protect, alarmEmail, apiRate, apiBurst, adopt, adopt:<context>.',
      'SETTLE_SECONDS is "soon"; it must be a whole number of seconds, up to 99999.',
      'protect is "yes"; it must be true or false.',
      '',
    ].join('\n'),
    isWritten: false,
  });
});

it('A stage that npm has kept for itself is not taken for the one without a name', () => {
  const kept = { npm_command: 'run', npm_lifecycle_event: 'destroy', npm_config_call: 'stage=test' };
  expect(synthesize({}, kept)).toMatchObject({
    status: 1,
    stderr: 'npm has kept "-c stage=test" for itself; put -- before it: npm run destroy -- -c stage=test\n',
    isWritten: false,
  });
});

it('What is wrong with the catalogs, and with the names that they would lead to, is told likewise', () => {
  const twice = () => addAllStacks(new App(), undefined, [...contexts, ...contexts.slice(0, 1)]);
  expect(twice).toThrow(DeploymentFaults);
  expect(twice).toThrow(/rename one of them\.$/);
});
