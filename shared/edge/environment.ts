/** What does a function's environment say? Read once, at cold start, so that a missing setting fails the deployment's first call. */

/** Throws, naming the variable, when it is not set or empty. */
export function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`The environment variable ${name} is not set.`);
  return value;
}

/** A setting that is a comma-separated list, which may be empty. Throws, naming the variable, when it is not set. */
export const settings = (name: string): string[] => (process.env[name] === '' ? [] : setting(name).split(','));

/** A setting that is a JSON object of texts, such as table names by context. */
export const settingsByName = (name: string): Readonly<Record<string, string>> => JSON.parse(setting(name));
