/** What npm keeps for itself does not deploy another stage than the one that was meant. */
import { describe, expect, it } from 'vitest';
import { swallowedSettings } from '../../infra/swallowed-settings.ts';

/** What npm leaves in the environment of `npm run deploy`, as npm 10 and 11 were seen to do. */
const run = (environment: NodeJS.ProcessEnv) =>
  swallowedSettings({ npm_command: 'run', npm_lifecycle_event: 'deploy', npm_config_cache: '/cache', ...environment });

describe('A setting without -- before it', () => {
  it.each<[string, NodeJS.ProcessEnv, string]>([
    ['-c stage=test', { npm_config_call: 'stage=test' }, 'stage=test'],
    ['-c stage', { npm_config_call: 'stage' }, 'stage=<value>'],
    ['--stage=test', { npm_config_stage: 'test' }, 'stage=test'],
    ['--stage', { npm_config_stage: 'true' }, 'stage=<value>'],
    ['--protect', { npm_config_protect: '' }, 'protect=<value>'],
    ['--alarmEmail=ada@example.com', { npm_config_alarmemail: 'ada@example.com' }, 'alarmEmail=ada@example.com'],
    ['--apiRate=5', { npm_config_apirate: '5' }, 'apiRate=5'],
    ['-cstage=test', { npm_config_cstage: 'test' }, 'stage=test'],
    ['--context=stage=test', { npm_config_context: 'stage=test' }, 'stage=test'],
    ['--context', { npm_config_context: 'true' }, '<setting>=<value>'],
  ])('is told with the line that works: %s', (written, environment, meant) => {
    expect(run(environment)).toEqual([
      `npm has kept "${written}" for itself; put -- before it: npm run deploy -- -c ${meant}`,
    ]);
  });

  it('is told for the script that was run', () => {
    const [line] = swallowedSettings({
      npm_command: 'run-script',
      npm_lifecycle_event: 'destroy',
      npm_config_stage: 'x',
    });
    expect(line).toMatch(/npm run destroy -- -c stage=x$/);
  });
});

it('A command of npm exec is none, and neither is what npm is set to otherwise', () => {
  expect(run({ npm_command: 'exec', npm_config_call: 'cdk' })).toEqual([]);
  expect(run({ npm_config_call: 'npm run deploy -- -c stage=test' })).toEqual([]);
  expect(run({ npm_config_call: '' })).toEqual([]);
  expect(swallowedSettings({})).toEqual([]);
});
