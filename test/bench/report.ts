/** How are figures shown? One line each: what, how much, the goal, and whether it is met. */

export type Figure = {
  readonly what: string;
  readonly value: string;
  /** What is aimed at, and whether this run met it. */
  readonly goal?: { readonly text: string; readonly met: boolean };
};

export type Section = { readonly title: string; readonly figures: readonly Figure[] };

/** One part of the bench: gives its sections as they are ready, and ends what it started whatever happens. */
export type Bench = (progress: (step: string) => void) => AsyncIterable<Section>;

export function printSection({ title, figures }: Section): void {
  const whatWidth = Math.max(...figures.map(({ what }) => what.length));
  const valueWidth = Math.max(...figures.map(({ value }) => value.length));
  console.log(`\n${title}`);
  for (const { what, value, goal } of figures) {
    const line = `  ${what.padEnd(whatWidth)}  ${value.padStart(valueWidth)}`;
    console.log(goal === undefined ? line : `${line}   ${goal.met ? '✓' : '✗'} ${goal.text}`);
  }
  console.log();
}

export const atMost = (figure: number, goal: number, unit = ''): Figure['goal'] => ({
  text: `≤ ${goal}${unit}`,
  met: figure <= goal,
});

export const atLeast = (figure: number, goal: number, unit = ''): Figure['goal'] => ({
  text: `≥ ${goal}${unit}`,
  met: figure >= goal,
});

export const moreThan = (figure: number, goal: number, unit = ''): Figure['goal'] => ({
  text: `> ${goal}${unit}`,
  met: figure > goal,
});
