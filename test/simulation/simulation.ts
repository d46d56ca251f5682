/** `npm run simulate -- --runs 10000 --seed 1`: the whole engine in one process, without a server, on a simulated clock. */
import { parseArgs } from 'node:util';
import { campaign } from './campaign.ts';

const USAGE = `npm run simulate -- [--runs <number>] [--seed <number>]
  --runs <number>   how many, 1000 by default; each has the seed after the one before
  --seed <number>   of the first run; without it, one by the clock
A run plays commands of all contexts under faults, ends the faults, lets time pass, and checks that everything is right.
Ends with 0 when all runs hold, 1 when one fails (it is told as a short trace), 2 when the input is not understood.`;

const options = {
  runs: { type: 'string', default: '1000' },
  seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  help: { type: 'boolean', default: false },
} as const;

function whole(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} is "${text}"; it must be a whole number.`);
  return Number(text);
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const [runs, seed] = [whole('runs', values.runs), whole('seed', values.seed)];
  console.log(`${runs} runs from seed ${seed}`);
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1_000;
  const rate = (done: number) => `${Math.round((done / seconds()) * 60)} runs a minute`;
  const { failure, runs: done } = await campaign({
    seed,
    runs,
    progress: (count) => {
      if (process.stderr.isTTY && count % 20 === 0) process.stderr.write(`\r${count} of ${runs}, ${rate(count)} `);
    },
  });
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  if (failure === undefined) {
    console.log(`All ${done} hold: ${seconds().toFixed(1)} s, ${rate(done)}.`);
    return 0;
  }
  for (const line of failure.trace) console.log(line);
  console.log(`\nSeed ${failure.seed} fails: ${failure.breach.message}`);
  console.log(`Again with: npm run simulate -- --runs 1 --seed ${failure.seed}`);
  return 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
