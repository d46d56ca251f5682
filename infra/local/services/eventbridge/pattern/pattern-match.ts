/** An event has the fields of a branch when those inside an array of objects come from one and the same element. */
import type { Branch } from './pattern-branches.ts';
import type { Condition } from './pattern-operators.ts';
import type { Leaf } from './pattern-tests.ts';

/** The array elements a leaf lies in: number of the array in the event -> index of the element. */
type Spot = ReadonlyMap<number, number>;
type Field = { readonly leaf: Leaf; readonly spot: Spot };

/** A branch with its paths in order, which decides what an absent field is compared with; see `branchMatches`. */
export type OrderedBranch = readonly (readonly [path: string, condition: Condition])[];

export function ordered(branch: Branch): OrderedBranch {
  return [...branch].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** The paths a walk through an event must visit: those that are wanted and those that lead there. */
export type Paths = { readonly wanted: ReadonlySet<string>; readonly leading: ReadonlySet<string> };

export function pathsOf(branches: readonly Branch[]): Paths {
  const wanted = new Set(branches.flatMap((branch) => [...branch.keys()]));
  const leading = new Set(
    [...wanted].flatMap((path) => [...path.matchAll(/\./g)].map((dot) => path.slice(0, dot.index))),
  );
  return { wanted, leading };
}

/** Leaves by path. A key with a dot and nested keys give the same path; arrays, nested ones too, are flattened. */
export function fieldsOf(event: object, { wanted, leading }: Paths): ReadonlyMap<string, readonly Field[]> {
  const fields = new Map<string, Field[]>();
  let arrays = 0;

  const visit = (value: unknown, path: string, spot: Spot): void => {
    if (Array.isArray(value)) {
      const array = arrays++;
      value.forEach((element: unknown, index) => {
        const inElement = typeof element === 'object' && element !== null;
        visit(element, path, inElement ? new Map([...spot, [array, index]]) : spot);
      });
    } else if (typeof value === 'object' && value !== null) visitEntries(value, path, spot);
    else if (wanted.has(path) && isLeaf(value)) {
      const known = fields.get(path);
      if (known) known.push({ leaf: value, spot });
      else fields.set(path, [{ leaf: value, spot }]);
    }
  };
  const visitEntries = (value: object, parent: string | undefined, spot: Spot): void => {
    for (const [key, member] of Object.entries(value)) {
      const path = parent === undefined ? key : `${parent}.${key}`;
      if (wanted.has(path) || leading.has(path)) visit(member, path, spot);
    }
  };

  visitEntries(event, undefined, new Map());
  return fields;
}

/**
 * Goes through the paths in order and keeps every choice of array elements that satisfied all paths so far. An absent field is
 * absent when no leaf at its path lies in the elements chosen so far. Choices that later paths cannot tell apart are merged, so
 * the work grows with the number of elements, not with its powers.
 */
export function branchMatches(branch: OrderedBranch, fields: ReadonlyMap<string, readonly Field[]>): boolean {
  let choices: readonly Spot[] = [new Map()];
  for (const [index, [path, condition]] of branch.entries()) {
    const candidates = fields.get(path) ?? [];
    const satisfying = candidates.filter(({ leaf }) => condition.tests.some((test) => test(leaf)));
    const matters = arraysOf(branch.slice(index + 1), fields);
    const next = new Map<string, Spot>();
    const keep = (choice: Spot): void => {
      const kept = new Map([...choice].filter(([array]) => matters.has(array)).sort(([a], [b]) => a - b));
      next.set(JSON.stringify([...kept]), kept);
    };
    for (const choice of choices) {
      if (condition.absent && !candidates.some(({ spot }) => agree(choice, spot))) keep(choice);
      for (const { spot } of satisfying) if (agree(choice, spot)) keep(new Map([...choice, ...spot]));
    }
    if (next.size === 0) return false;
    choices = [...next.values()];
  }
  return true;
}

function arraysOf(branch: OrderedBranch, fields: ReadonlyMap<string, readonly Field[]>): ReadonlySet<number> {
  return new Set(branch.flatMap(([path]) => (fields.get(path) ?? []).flatMap(({ spot }) => [...spot.keys()])));
}

function agree(choice: Spot, spot: Spot): boolean {
  for (const [array, element] of spot) if ((choice.get(array) ?? element) !== element) return false;
  return true;
}

function isLeaf(value: unknown): value is Leaf {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
