/** Many runs, one seed after the other, up to the first that fails: that one is made small and told as a trace. */
import type { Breach } from './breach.ts';
import { quietly } from './quietly.ts';
import { shrinkRun } from './shrink-run.ts';
import { simulateRun } from './simulate-run.ts';

export type Campaign = {
  readonly runs: number;
  readonly failure?: { readonly seed: number; readonly breach: Breach; readonly trace: readonly string[] };
};

export async function campaign(
  first: number,
  runs: number,
  progress: (done: number) => void = () => {},
): Promise<Campaign> {
  for (let done = 0; done < runs; done += 1) {
    const seed = first + done;
    const result = await quietly(
      () => simulateRun({ seed }),
      () => {},
    );
    if (result.breach !== undefined) return { runs: done + 1, failure: await explain(seed, result) };
    progress(done + 1);
  }
  return { runs };
}

async function explain(seed: number, result: Awaited<ReturnType<typeof simulateRun>>) {
  const { plan, kept } = await quietly(
    () => shrinkRun(seed, result),
    () => {},
  );
  const trace: string[] = [];
  const { breach = result.breach } = await quietly(
    () => simulateRun({ seed, plan, kept, trace: (line) => trace.push(line) }),
    (line) => trace.push(`             log: ${line}`),
  );
  if (breach === undefined) throw new Error(`the run of seed ${seed} cannot be repeated`);
  return { seed, breach, trace };
}
