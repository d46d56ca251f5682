/** The name of the stage that nobody named, which no other stage may have: the two would share their names. */
export const STANDARD_STAGE = 'tributary';

/**
 * The first part of every name of a deployment: of its stacks, functions, tables and its bus. A stage has no hyphen in it and
 * comes first, so whatever contexts and projections are named, no name of one stage begins like one of another: `tributary-*`
 * in a grant is the standard stage and `test-tributary-*` the stage `test`. Throws when the stage's name is not usable.
 */
export function stagePrefix(stage: unknown): string {
  if (stage === undefined) return STANDARD_STAGE;
  if (typeof stage === 'string' && /^[a-z][a-z0-9]{0,15}$/.test(stage) && stage !== STANDARD_STAGE) {
    return `${stage}-${STANDARD_STAGE}`;
  }
  throw new Error(
    `The stage "${stage}" is not usable: 1 to 16 lower-case letters and digits, a letter first, and not ${STANDARD_STAGE}.`,
  );
}
