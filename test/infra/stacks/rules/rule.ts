/** A rule over the templates: a sentence, the resources that break it, and an edit that does break it. */
import type { SynthesizedApp } from '../../../support/synthesized-app.ts';

export type Rule = {
  readonly title: string;
  /** The paths of the resources that break the rule, with what is wrong; none when it holds. */
  readonly faults: (app: SynthesizedApp) => string[];
  /** Breaks the rule in as small a way as can be: shows that the rule sees something. */
  readonly violate: (app: SynthesizedApp) => void;
};

/** The first of a list, for an edit that needs something to break. */
export function first<T>(all: readonly T[]): T {
  const [one] = all;
  if (one === undefined) throw new Error('there is nothing to break');
  return one;
}

/** The paths of those that do not hold, with what they lack. */
export const without = <R extends { readonly path: string }>(
  all: readonly R[],
  what: string,
  holds: (resource: R) => boolean,
): string[] => all.filter((each) => !holds(each)).map(({ path }) => `${path}: ${what}`);
