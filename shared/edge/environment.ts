/**
 * A function's settings are read once, when its first call comes, so that a missing one is told by name and at once. They are
 * variables of its environment; what the 4 KB of an environment would not hold stands in the file beside the code that
 * SETTINGS_FILE names, a JSON object of texts.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Throws, naming the variable, when it is not set or empty. */
export function setting(name: string): string {
  const value = found(name);
  if (value === undefined || value === '') throw new Error(`The environment variable ${name} is not set.`);
  return value;
}

/** A setting that is a comma-separated list, which may be empty. Throws, naming the variable, when it is not set. */
export const settings = (name: string): string[] => (found(name) === '' ? [] : setting(name).split(','));

/** One of a setting that is a JSON object of texts, such as table names by context. Throws, naming both, when it is not there. */
export function namedSetting(variable: string, name: string): string {
  const value = (JSON.parse(setting(variable)) as Readonly<Record<string, string>>)[name];
  if (value === undefined) throw new Error(`The environment variable ${variable} does not name ${name}.`);
  return value;
}

function found(name: string): string | undefined {
  const { [name]: value, SETTINGS_FILE: file, LAMBDA_TASK_ROOT: folder = '' } = process.env;
  if (value !== undefined || file === undefined) return value;
  return (JSON.parse(readFileSync(join(folder, file), 'utf8')) as Readonly<Record<string, string>>)[name];
}
