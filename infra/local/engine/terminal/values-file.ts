/** The file with values that a deployment would take from the account. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';
import type { GivenValues } from '../template/given-values.ts';

/** Looked for beside the folder of each assembly. */
export const VALUES_FILE = 'tributary.local.json';

const schema = z.strictObject({
  ssm: z.record(z.string(), z.string()).default({}),
  secretsManager: z.record(z.string(), z.union([z.string(), z.record(z.string(), z.unknown())])).default({}),
});

/**
 * The values of the file that is named, which must be there, else of the files beside the assemblies, of which none has to be.
 * Throws one line that names the file and what is wrong with it.
 */
export function readValues(named: string | undefined, assemblies: readonly string[]): GivenValues {
  const beside = assemblies.map((folder) => join(dirname(folder), VALUES_FILE));
  const files = named === undefined ? [...new Set(beside)].filter((file) => existsSync(file)) : [named];
  const all = files.map(readFile);
  return {
    ssm: Object.assign({}, ...all.map(({ ssm }) => ssm)),
    secretsManager: Object.assign({}, ...all.map(({ secretsManager }) => secretsManager)),
    file: relative(process.cwd(), named ?? beside[0] ?? VALUES_FILE) || VALUES_FILE,
  };
}

function readFile(file: string): z.output<typeof schema> {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`The values in ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const checked = schema.safeParse(content);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const where = issue?.path.join('.') || 'the file';
  throw new Error(
    `The values in ${file} are not understood: ${where}: ${issue?.message}. It may have "ssm": { "<name>": "<value>" } and ` +
      '"secretsManager": { "<name>": "<text>" or { "<key>": value } }.',
  );
}
