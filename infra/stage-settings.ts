/**
 * What a deployment is told of its stage: by `-c` on the command line, or by `stages` in the `context` of `cdk.json`, where it holds
 * for every deployment. The command line counts more. A setting that nobody reads is a fault, since it was meant to do something.
 */
import { STANDARD_STAGE, stagePrefix } from './stage-prefix.ts';

/** Alone, or with a context's name behind: `-c adopt:accounts=<events table>,<feed table>`. */
export const ADOPT = 'adopt';

/** Of a stage, which `cdk.json` can have for each. */
const OF_A_STAGE = ['protect', 'alarmEmail', 'apiRate', 'apiBurst'] as const;

/** All settings with a name of their own, as they are said on the command line. */
export const SETTINGS = ['stage', ...OF_A_STAGE, ADOPT] as const;

/** In `cdk.json`: the settings of each stage by its name. */
const STAGES = 'stages';

/**
 * What CDK and its command line keep among the settings: flags and values of their own, what was looked up in an account, and
 * what `cdk acknowledge` and `cdk cli-telemetry` note.
 */
const OF_CDK = /^@|^aws:|^aws-cdk|:account=|^(?:acknowledged-issue-numbers|cli-telemetry)$/;

export type Settings = Readonly<Record<string, unknown>>;

/** Takes a line for each setting that is not usable; what is read of it then is never used. */
export type Report = (line: string) => void;

/**
 * The settings of the stage that `context` names, by their names. Everything in `context` that is no setting, and every stage in
 * it that could not be deployed or has other settings, is told to `report` in a line.
 */
export function stageSettings(context: Settings, report: Report): Settings {
  const adopting = (name: string) => name.startsWith(`${ADOPT}:`);
  for (const name of Object.keys(context)) {
    if (OF_CDK.test(name) || adopting(name) || name === STAGES || isOneOf(SETTINGS, name)) continue;
    report(`"${name}" is no setting; there are ${listed(SETTINGS)}.`);
  }
  const stages = new Map<string, Settings>();
  for (const [stage, settings] of entriesOf(STAGES, context[STAGES] ?? {}, report)) {
    const where = `${STAGES}.${stage}`;
    if (!isUsable(stage)) report(`${where}: no stage can have this name; the one without a name is ${STANDARD_STAGE}.`);
    const own = entriesOf(where, settings, report);
    for (const [name] of own) {
      if (adopting(name) || isOneOf(OF_A_STAGE, name)) continue;
      report(`${where}: "${name}" is no setting of a stage; there are ${listed(OF_A_STAGE)}.`);
    }
    stages.set(stage, Object.fromEntries(own));
  }
  return { ...stages.get(String(context.stage ?? STANDARD_STAGE)), ...context };
}

function entriesOf(where: string, value: unknown, report: Report): [string, unknown][] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value);
  report(`${where} is ${JSON.stringify(value)}; it must be an object, in cdk.json.`);
  return [];
}

function isUsable(stage: string): boolean {
  try {
    return stage === STANDARD_STAGE || stagePrefix(stage) !== '';
  } catch {
    return false;
  }
}

const isOneOf = (names: readonly string[], name: string): boolean => names.includes(name);

const listed = (names: readonly string[]): string => [...names, `${ADOPT}:<context>`].join(', ');
