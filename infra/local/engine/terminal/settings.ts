/** What the person asked for, in the environment and on the command line. */
import { chaosOf } from '../chaos/chaos-settings.ts';
import type { ChaosSettings } from '../chaos/faults.ts';

export type Settings = {
  readonly port: number;
  readonly eventBridgePort?: number;
  readonly dynamodbEndpoint?: string;
  /** Faults on purpose; without it there are none. */
  readonly chaos?: ChaosSettings;
  /** Folders of synthesized apps; without one the project's own app is synthesized. */
  readonly assemblies: readonly string[];
  /** Of HTTP APIs and function URLs, by what follows `PORT_` in the variable. */
  readonly apiPorts: Readonly<Record<string, number>>;
  /** Types of resource that are left out. */
  readonly without: readonly string[];
  /** Values of the templates' parameters. */
  readonly parameters: Readonly<Record<string, string>>;
  /** File with the values of SSM parameters and secrets, and with keys of issuers. */
  readonly valuesFile?: string;
  /** False when functions may do everything, whatever the templates allow them. */
  readonly iam: boolean;
};

/** Throws one line that names the setting and says what it may be. An empty variable counts as not set. */
export function readSettings(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Settings {
  const eventBridgePort = env.EVENTBRIDGE_PORT ? portOf('EVENTBRIDGE_PORT', env.EVENTBRIDGE_PORT) : undefined;
  const port = env.PORT ? portOf('PORT', env.PORT) : 3000;
  if (port !== 0 && port === eventBridgePort)
    throw new Error(`PORT and EVENTBRIDGE_PORT are both ${port}; give one another.`);
  const dynamodbEndpoint = env.DYNAMODB_ENDPOINT ? urlOf('DYNAMODB_ENDPOINT', env.DYNAMODB_ENDPOINT) : undefined;
  const iam = !args.includes(NO_IAM);
  if (iam && dynamodbEndpoint?.startsWith('https:')) {
    throw new Error(
      `What functions ask of ${dynamodbEndpoint} cannot be checked. Give an http: address, or ${NO_IAM}.`,
    );
  }
  return {
    port,
    eventBridgePort,
    dynamodbEndpoint,
    apiPorts: apiPortsOf(env),
    ...optionsOf(args.filter((arg) => arg !== NO_IAM)),
    iam,
    chaos: env.CHAOS ? chaosOf(env.CHAOS) : undefined,
  };
}

const NO_IAM = '--no-iam';

function portOf(name: string, value: string): number {
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (port >= 0 && port <= 65_535) return port;
  throw new Error(`${name}=${value} is no port. Give a number from 1 to 65535, or 0 for a free one.`);
}

function urlOf(name: string, value: string): string {
  if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return value.replace(/\/+$/, '');
  throw new Error(`${name}=${value} is no address. Give one such as http://127.0.0.1:8000.`);
}

/** Only what is a port: the environment may have variables of others. */
function apiPortsOf(env: Readonly<Record<string, string | undefined>>): Record<string, number> {
  const entries = Object.entries(env).flatMap(([name, value]) => {
    const [, api] = /^PORT_([A-Z0-9_]+)$/.exec(name) ?? [];
    return api === undefined || !value ? [] : [[api, portOf(name, value)] as const];
  });
  return Object.fromEntries(entries);
}

const OPTIONS =
  '--assembly <folder of a synthesized CDK app>, --parameter <name>=<value>, --without <type of resource>, each as often as needed, --values <file> and --no-iam';

/** Throws one line that quotes what is not understood, and nothing else of the command line. */
function optionsOf(args: readonly string[]): Pick<Settings, 'assemblies' | 'without' | 'parameters' | 'valuesFile'> {
  const assemblies: string[] = [];
  const without: string[] = [];
  const parameters = new Map<string, string>();
  let valuesFile: string | undefined;
  for (let i = 0; i < args.length; i += 1) {
    const word = args[i] ?? '';
    const [option = '', joined] = /^(--[^=]+)=(.*)$/s.exec(word)?.slice(1) ?? [word];
    const isKnown = ['--assembly', '--without', '--parameter', '--values'].includes(option);
    if (isKnown && joined === undefined) i += 1;
    const value = joined ?? args[i];
    const [, name, text] = /^([^=]+)=(.*)$/s.exec(value ?? '') ?? [];
    if (option === '--assembly' && value) assemblies.push(value);
    else if (option === '--without' && value) without.push(value);
    else if (option === '--values' && value) {
      if (valuesFile !== undefined) throw new Error('--values is given twice; all values are in one file.');
      valuesFile = value;
    } else if (option === '--parameter' && name !== undefined && text !== undefined) {
      if (parameters.has(name)) throw new Error(`The parameter ${name} is given twice.`);
      parameters.set(name, text);
    } else {
      const quoted = isKnown && joined === undefined && value !== undefined ? `${word} ${value}` : word;
      throw new Error(`"${quoted}" is not understood. The options are ${OPTIONS}.`);
    }
  }
  return { assemblies, without, parameters: Object.fromEntries(parameters), valuesFile };
}
