/** What makes one state another: the places where they differ, deepest first where both have something. */

/** `path` is dotted, with the indexes of lists in brackets; empty for the whole. What is not there has no `before` or no `after`. */
export type StateChange = { readonly path: string; readonly before?: unknown; readonly after?: unknown };

/**
 * The changes in the order of the state's fields. In a list, what it begins and ends with on both sides is unchanged, and what is
 * between has been removed and added; only where as many come as go is each compared with the one in its place. The index of
 * what was removed is that in the list before, every other one that in the list after.
 */
export function stateChanges(before: unknown, after: unknown, path = ''): StateChange[] {
  if (before === after) return [];
  if (Array.isArray(before) && Array.isArray(after)) return listChanges(before, after, path);
  if (isFields(before) && isFields(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) => {
      const place = path === '' ? name : `${path}.${name}`;
      if (!Object.hasOwn(before, name)) return [{ path: place, after: after[name] }];
      if (!Object.hasOwn(after, name)) return [{ path: place, before: before[name] }];
      return stateChanges(before[name], after[name], place);
    });
  }
  return [{ path, before, after }];
}

function listChanges(before: readonly unknown[], after: readonly unknown[], path: string): StateChange[] {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && areEqual(before[start], after[start])) start += 1;
  let end = 0;
  while (end < shorter - start && areEqual(before.at(-1 - end), after.at(-1 - end))) end += 1;
  const gone = before.slice(start, before.length - end);
  const come = after.slice(start, after.length - end);
  const place = (index: number) => `${path}[${start + index}]`;
  if (gone.length === come.length) {
    return gone.flatMap((one, index) => stateChanges(one, come[index], place(index)));
  }
  return [
    ...gone.map((one, index) => ({ path: place(index), before: one })),
    ...come.map((one, index) => ({ path: place(index), after: one })),
  ];
}

const areEqual = (one: unknown, other: unknown): boolean => stateChanges(one, other).length === 0;

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
