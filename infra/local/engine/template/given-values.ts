/**
 * Values that a deployment would take from the account: SSM parameters and secrets. Here they come from a file, and what is not in
 * it is a fault of the template.
 */
import { Unresolved } from './template-scope.ts';

export type GivenValues = {
  /** SSM parameters by name; a list is one text with commas. */
  readonly ssm: Readonly<Record<string, string>>;
  /** Secrets by name: a text, or the object whose JSON the secret is. */
  readonly secretsManager: Readonly<Record<string, string | Readonly<Record<string, unknown>>>>;
  /** Where a missing one would be given, for messages. */
  readonly file: string;
};

/** The value of an SSM parameter by name or ARN, with or without a version. Throws {@link Unresolved} without one. */
export function ssmValue(given: GivenValues, reference: string): string {
  const name = reference.replace(/:\d+$/, '');
  const [, named] = /^arn:[^:]*:ssm:[^:]*:[^:]*:parameter(\/.*)$/.exec(name) ?? [];
  const value = [name, named, named?.slice(1)].flatMap((key) => own(given.ssm, key) ?? [])[0];
  if (value === undefined) throw new Unresolved(absent(given, 'SSM parameter', named ?? name, 'ssm'));
  return value;
}

const REFERENCE = /\{\{resolve:([^:}]+):([^}]*)\}\}/g;

/**
 * The text with the value of every `{{resolve:ssm:…}}`, `{{resolve:ssm-secure:…}}` and `{{resolve:secretsmanager:…}}` in it. Throws
 * {@link Unresolved} for one without a value.
 */
export function withDynamicReferences(text: string, given: GivenValues): string {
  return text.replace(REFERENCE, (whole, service: string, reference: string) => {
    if (service === 'ssm' || service === 'ssm-secure') return ssmValue(given, reference);
    if (service === 'secretsmanager') return secretValue(given, reference);
    throw new Unresolved(`the dynamic reference ${whole} is not known to the local cloud`);
  });
}

/** `<id>:SecretString:<json key>:<stage>:<version>`, all but the id left out at will; an ARN has seven parts itself. */
function secretValue(given: GivenValues, reference: string): string {
  const parts = reference.split(':');
  const length = parts[0] === 'arn' ? 7 : 1;
  const id = parts.slice(0, length).join(':');
  const [part = '', key = ''] = parts.slice(length);
  if (part !== '' && part !== 'SecretString')
    throw new Unresolved(`a secret has the part SecretString only, not ${part}`);
  const name = parts[0] === 'arn' ? (parts[6] ?? '') : id;
  // The service adds six characters to the name in an ARN.
  const candidates = [id, name, name.replace(/-[A-Za-z0-9]{6}$/, '')];
  const secret = candidates.flatMap((candidate) => own(given.secretsManager, candidate) ?? [])[0];
  if (secret === undefined) throw new Unresolved(absent(given, 'secret', name, 'secretsManager'));
  if (key === '') return typeof secret === 'string' ? secret : JSON.stringify(secret);
  const value = own(Object(typeof secret === 'string' ? parsed(secret) : secret), key);
  if (value === undefined) throw new Unresolved(`the secret ${name} in ${given.file} has no key ${key}`);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function absent({ file }: GivenValues, what: string, name: string, section: string): string {
  return `the ${what} ${name} has no value here; give it in ${file}: { "${section}": { "${name}": … } }`;
}

function own<Value>(values: Readonly<Record<string, Value>>, key: string | undefined): Value | undefined {
  return key !== undefined && Object.hasOwn(values, key) ? values[key] : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
