/**
 * A failing run is made small by taking away what it does not need to fail in the same way: commands of its plan, and unusual
 * things that happened, many at once and then fewer.
 */
import type { Plan } from './random-plan.ts';
import { type RunOptions, type RunResult, simulateRun } from './simulate-run.ts';

export type Shrunk = {
  readonly plan: Plan;
  readonly kept: ReadonlySet<string>;
  readonly tries: number;
};

/** A plan has some tens of commands, and a run some hundreds of unusual things. */
const MAXIMUM_TRIES = 1_500;

/** `result` is that of the run with these options, which failed. */
export async function shrinkRun(options: RunOptions, { breach, plan, unusual }: RunResult): Promise<Shrunk> {
  let [smallest, kept] = [plan, unusual];
  let tries = 0;

  async function failsToo(candidate: Plan, only: ReadonlySet<string>): Promise<boolean> {
    tries += 1;
    const result = await simulateRun({ ...options, plan: candidate, kept: only });
    if (result.breach === undefined || result.breach.rule !== breach?.rule) return false;
    smallest = candidate;
    // What was allowed and did not happen is not needed.
    kept = result.unusual;
    return true;
  }

  /** Takes away as many of the parts as possible; `without` tries what is left. */
  async function takeAway<Part>(parts: () => readonly Part[], without: (left: readonly Part[]) => Promise<boolean>) {
    for (let size = Math.ceil(parts().length / 2); size >= 1; size = Math.floor(size / 2)) {
      for (let start = 0; start < parts().length && tries < MAXIMUM_TRIES; ) {
        const all = parts();
        if (!(await without([...all.slice(0, start), ...all.slice(start + size)]))) start += size;
      }
    }
  }

  for (let before = -1; before !== smallest.commands.length + kept.size && tries < MAXIMUM_TRIES; ) {
    before = smallest.commands.length + kept.size;
    const { poison, settings } = smallest;
    if (poison !== undefined) await failsToo({ ...smallest, poison: undefined }, kept);
    await failsToo({ ...smallest, faultyMinutes: 0 }, kept);
    await failsToo({ ...smallest, settings: { ...settings, shards: 1, feedPartitions: 1, page: 100 } }, kept);
    await takeAway(
      () => smallest.commands,
      (commands) => failsToo({ ...smallest, commands }, kept),
    );
    await takeAway(
      () => [...kept],
      (names) => failsToo(smallest, new Set(names)),
    );
  }
  return { plan: smallest, kept, tries };
}
