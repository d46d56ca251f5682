/**
 * npm takes what stands before a `--` for itself: `npm run deploy -c stage=test` would deploy the stage without a name, and
 * `npm run destroy --stage=test` would ask about it. npm leaves both in the environment of what it runs.
 */
import { SETTINGS } from './stage-settings.ts';

/** One line for each setting that npm has kept, with how to write it. */
export function swallowedSettings(environment: NodeJS.ProcessEnv): string[] {
  const script = SCRIPTS.find((name) => name === environment.npm_lifecycle_event) ?? 'deploy';
  return [...called(environment), ...named(environment)].map(
    ([written, meant]) => `npm has kept "${written}" for itself; put -- before it: npm run ${script} -- -c ${meant}`,
  );
}

const SCRIPTS = ['synth', 'deploy', 'destroy'];

/** As it was written, and as it must have been meant. */
type Swallowed = readonly [written: string, meant: string];

/** For npm `-c` is short for `--call`, which `npm exec` has a use for: a command, with blanks between its words. */
function called({ npm_command, npm_config_call: call = '' }: NodeJS.ProcessEnv): Swallowed[] {
  if (call === '' || /\s/.test(call) || npm_command === 'exec') return [];
  return [[`-c ${call}`, call.includes('=') ? call : `${call}=<value>`]];
}

/** What npm does not know it names in small letters, and `-cstage=test` is `--cstage=test` to it. */
function named(environment: NodeJS.ProcessEnv): Swallowed[] {
  const options = [
    ...SETTINGS.map((setting) => [`--${setting}`, setting, setting] as const),
    ...SETTINGS.map((setting) => [`-c${setting}`, `c${setting}`, setting] as const),
    ['--context', 'context', undefined] as const,
  ];
  return options.flatMap(([option, name, setting]): Swallowed[] => {
    const value = environment[`npm_config_${name.toLowerCase()}`];
    if (value === undefined) return [];
    // Without a value it is `true` to npm, or nothing.
    const isBare = value === '' || value === 'true';
    const written = isBare ? option : `${option}=${value}`;
    if (setting !== undefined) return [[written, `${setting}=${isBare ? '<value>' : value}`]];
    return [[written, isBare ? '<setting>=<value>' : value]];
  });
}
