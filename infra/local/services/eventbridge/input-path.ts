/** The part of an event that a JSON path of a target names. */

const STEP = /\.\*|\[\*\]|\.([^.[\]*]+)|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]/y;

/** One step into a value; `everything` is the wildcard. */
export type PathStep = { readonly key: string } | { readonly index: number } | 'everything';

/** `$`, `.name`, `[0]`, `['name']`, `.*` and `[*]`: what EventBridge supports of JSON paths. Undefined for any other text. */
export function parsePath(path: string): readonly PathStep[] | undefined {
  if (!path.startsWith('$')) return undefined;
  const steps: PathStep[] = [];
  STEP.lastIndex = 1;
  while (STEP.lastIndex < path.length) {
    const found = STEP.exec(path);
    if (found === null) return undefined;
    const key = found[1] ?? found[3] ?? found[4];
    if (key !== undefined) steps.push({ key });
    else steps.push(found[2] === undefined ? 'everything' : { index: Number(found[2]) });
  }
  return steps;
}

/** The value at the path, or undefined. A wildcard gives the array of what the rest of the path finds below it. */
export function valueAt(value: unknown, steps: readonly PathStep[]): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  if (step === 'everything') {
    return Object.values(value)
      .map((member: unknown) => valueAt(member, rest))
      .filter((found) => found !== undefined);
  }
  if ('index' in step) return Array.isArray(value) ? valueAt(value[step.index], rest) : undefined;
  const members = Object.entries(value);
  return valueAt(Array.isArray(value) ? undefined : members.find(([key]) => key === step.key)?.[1], rest);
}
