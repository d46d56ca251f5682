/** A function's environment is read once, when its first call comes, so that a missing setting is told by name and at once. */

/** Throws, naming the variable, when it is not set or empty. */
export function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`The environment variable ${name} is not set.`);
  return value;
}

/** A setting that is a comma-separated list, which may be empty. Throws, naming the variable, when it is not set. */
export const settings = (name: string): string[] => (process.env[name] === '' ? [] : setting(name).split(','));

/** One of a setting that is a JSON object of texts, such as table names by context. Throws, naming both, when it is not there. */
export function namedSetting(variable: string, name: string): string {
  const value = (JSON.parse(setting(variable)) as Readonly<Record<string, string>>)[name];
  if (value === undefined) throw new Error(`The environment variable ${variable} does not name ${name}.`);
  return value;
}
