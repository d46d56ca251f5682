/** Many runs, one seed after the other, up to the first that fails: that one is made small and told as a trace. */
import type { Breach } from './breach.ts';
import { quietly } from './quietly.ts';
import { shrinkRun } from './shrink-run.ts';
import { type RunOptions, type RunResult, simulateRun } from './simulate-run.ts';

export type Campaign = {
  readonly runs: number;
  readonly failure?: { readonly seed: number; readonly breach: Breach; readonly trace: readonly string[] };
};

type CampaignOptions = Pick<RunOptions, 'reconciles'> & {
  /** Of the first run. */
  readonly seed: number;
  readonly runs: number;
  readonly progress?: (done: number) => void;
};

export async function campaign({
  seed: first,
  runs,
  progress = () => {},
  ...options
}: CampaignOptions): Promise<Campaign> {
  for (let done = 0; done < runs; done += 1) {
    const seed = first + done;
    const result = await quietly(
      () => simulateRun({ ...options, seed }),
      () => {},
    );
    if (result.breach !== undefined) return { runs: done + 1, failure: await explain({ ...options, seed }, result) };
    progress(done + 1);
  }
  return { runs };
}

async function explain(options: RunOptions, result: RunResult) {
  const { plan, kept } = await quietly(
    () => shrinkRun(options, result),
    () => {},
  );
  const trace: string[] = [];
  const { breach = result.breach } = await quietly(
    () => simulateRun({ ...options, plan, kept, trace: (line) => trace.push(line) }),
    (line) => trace.push(`             log: ${line}`),
  );
  if (breach === undefined) throw new Error(`the run of seed ${options.seed} cannot be repeated`);
  return { seed: options.seed, breach, trace };
}
