/** Figures are printed one a row: what was measured, how much it is, what is aimed at, and whether this run met it. */

export type Figure = {
  readonly what: string;
  readonly value: string;
  readonly goal?: { readonly text: string; readonly met: boolean };
};

/** `method` says in a sentence how the figures come about. */
export type Section = { readonly title: string; readonly method: string; readonly figures: readonly Figure[] };

/** Told before each step that takes a while. */
export type Progress = (step: string) => void;

/** One part of the bench: gives its sections as they are ready, and ends what it started whatever happens. */
export type Bench = (progress: Progress) => AsyncIterable<Section>;

export function printSection({ title, method, figures }: Section): void {
  const whatWidth = Math.max(...figures.map(({ what }) => what.length));
  const valueWidth = Math.max(...figures.map(({ value }) => value.length));
  console.log(`\n${title}\n  ${method}`);
  for (const { what, value, goal } of figures) {
    const row = `  ${what.padEnd(whatWidth)}  ${value.padStart(valueWidth)}`;
    console.log(goal === undefined ? row : `${row}   ${goal.met ? '✓' : '✗'} ${goal.text}`);
  }
  console.log();
}

/** A figure with a number of decimals, and with its goal when there is one. */
export const figure = (
  what: string,
  measured: number,
  { decimals = 0, unit = '', goal }: { decimals?: number; unit?: string; goal?: Goal } = {},
): Figure => ({
  what,
  value: `${measured.toFixed(decimals)}${unit}`,
  ...(goal !== undefined && { goal: goal(measured, unit) }),
});

export type Goal = (measured: number, unit: string) => NonNullable<Figure['goal']>;

export const atMost =
  (limit: number): Goal =>
  (measured, unit) => ({ text: `≤ ${limit}${unit}`, met: measured <= limit });

export const atLeast =
  (limit: number): Goal =>
  (measured, unit) => ({ text: `≥ ${limit}${unit}`, met: measured >= limit });

export const moreThan =
  (limit: number): Goal =>
  (measured, unit) => ({ text: `> ${limit}${unit}`, met: measured > limit });
