/**
 * The first part of every name of a deployment: of its stacks, functions, tables and its bus. Throws when the stage's name is not
 * usable.
 */
export function stagePrefix(stage: unknown): string {
  if (stage === undefined) return 'tributary';
  if (typeof stage === 'string' && /^[a-z][a-z0-9]{0,15}$/.test(stage)) return `tributary-${stage}`;
  throw new Error(`The stage "${stage}" is not usable: 1 to 16 lower-case letters and digits, a letter first.`);
}
