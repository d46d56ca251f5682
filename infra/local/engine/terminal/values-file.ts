/** The file with values that a deployment would take from the account, and with the keys of those who issue tokens. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import type { GivenValues } from '../template/given-values.ts';

/** Looked for beside the folder of each assembly. */
export const VALUES_FILE = 'tributary.local.json';

/** The JSON Web Key Set of an issuer of tokens, and the file that it stands in; what is in it is not looked at here. */
export type GivenKeySet = { readonly file: string; readonly content: unknown };

export type LocalValues = GivenValues & {
  /** By issuer. */
  readonly keySets: Readonly<Record<string, GivenKeySet>>;
};

const schema = z.strictObject({
  jwt: z.record(z.string(), z.union([z.string(), z.record(z.string(), z.unknown())])).default({}),
  ssm: z.record(z.string(), z.string()).default({}),
  secretsManager: z.record(z.string(), z.union([z.string(), z.record(z.string(), z.unknown())])).default({}),
});

/**
 * The values of the file that is named, which must be there, else of the files beside the assemblies, of which none has to be.
 * Throws one line that names the file and what is wrong with it.
 */
export function readValues(named: string | undefined, assemblies: readonly string[]): LocalValues {
  const beside = assemblies.map((folder) => join(dirname(folder), VALUES_FILE));
  const files = named === undefined ? [...new Set(beside)].filter((file) => existsSync(file)) : [named];
  const all = files.map(readFile);
  return {
    ssm: Object.assign({}, ...all.map(({ ssm }) => ssm)),
    secretsManager: Object.assign({}, ...all.map(({ secretsManager }) => secretsManager)),
    keySets: Object.assign({}, ...all.map(({ jwt }) => jwt)),
    file: relative(process.cwd(), named ?? beside[0] ?? VALUES_FILE) || VALUES_FILE,
  };
}

function readFile(file: string): Omit<z.output<typeof schema>, 'jwt'> & { readonly jwt: LocalValues['keySets'] } {
  const checked = schema.safeParse(readJson(file, `The values in ${file}`));
  if (checked.success) return { ...checked.data, jwt: keySetsOf(checked.data.jwt, file) };
  const [issue] = checked.error.issues;
  const where = issue?.path.join('.') || 'the file';
  throw new Error(
    `The values in ${file} are not understood: ${where}: ${issue?.message}. It may have "ssm": { "<name>": "<value>" } and ` +
      '"secretsManager": { "<name>": "<text>" or { "<key>": value } } and "jwt": { "<issuer>": "<file>" or { "keys": … } }.',
  );
}

/** Their files are beside the one that names them, unless they are named otherwise. */
function keySetsOf(given: z.output<typeof schema>['jwt'], file: string): Record<string, GivenKeySet> {
  const keySet = (issuer: string, value: string | object): GivenKeySet => {
    if (typeof value !== 'string') return { file, content: value };
    const named = resolve(dirname(file), value);
    return { file: named, content: readJson(named, `The key set of ${issuer} in ${named}`) };
  };
  return Object.fromEntries(Object.entries(given).map(([issuer, value]) => [issuer, keySet(issuer, value)]));
}

function readJson(file: string, what: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // What is no JSON is quoted with its line ends.
    throw new Error(`${what} cannot be read: ${reason.replace(/\s+/g, ' ')}`);
  }
}
