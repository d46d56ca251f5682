/** `npm run soak -- --seed 7 --commands 5000`: the local system must come out right, whatever fails on the way. */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chaosLines, chaosOf } from '../../infra/local/engine/chaos/chaos-settings.ts';
import { type ChaosSettings, createChaos } from '../../infra/local/engine/chaos/faults.ts';
import { createLocalLog } from '../../infra/local/engine/terminal/local-log.ts';
import { synthesize } from '../../infra/local/engine/terminal/synthesize.ts';
import { startLocalCloud } from '../../infra/local/start.ts';
import { type SoakResult, soak } from './soak.ts';

const USAGE = `npm run soak [-- --seed <number>] [--commands <number>] [--clients <number>]
  --seed <number>          of the commands and of the faults; chosen and printed when it is left out
  --commands <number>      how many are sent (5000)
  --clients <number>       how many send at once (8)
CHAOS chooses other faults, as for npm start; its seed gives way to --seed.
Ends with 0 when everything is as the log says, 1 when something is not, 2 when that could not be found out.`;

const FAULTS = 'duplicate=0.2,reorder=0.3,drop=0.05,crash=0.02,throttle=0.05,conflict=0.05,bus-outage=0.01';
const MAXIMUM_LINES = 50;

const options = {
  seed: { type: 'string' },
  commands: { type: 'string', default: '5000' },
  clients: { type: 'string', default: '8' },
  help: { type: 'boolean', default: false },
} as const;

function numberOf(name: string, text: string, least: number): number {
  if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
  throw new Error(`--${name} is "${text}"; give a whole number from ${least} on.`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const faults = chaosOf(process.env.CHAOS || FAULTS);
  const seed = values.seed === undefined ? faults.seed : numberOf('seed', values.seed, 0);
  const plan = { commands: numberOf('commands', values.commands, 1), clients: numberOf('clients', values.clients, 1) };
  return run({ ...faults, seed }, plan);
}

async function run(settings: ChaosSettings, plan: { commands: number; clients: number }): Promise<number> {
  const { seed } = settings;
  const project = resolve(import.meta.dirname, '../..');
  const { log, keep } = createLocalLog(join(project, '.tributary', 'logs', 'soak.log'), () => {});
  const progress = (step: string) => console.log(`${(performance.now() / 1_000).toFixed(1).padStart(6)} s  ${step}`);
  for (const line of chaosLines(settings)) console.log(line);
  process.env.SETTLE_SECONDS = '1';
  const chaos = createChaos(settings);
  const cloud = await startLocalCloud({
    assembly: () => synthesize(project, (text) => keep('synth', text)),
    port: 0,
    faults: chaos,
    log,
  });
  try {
    progress(`${plan.clients} clients send ${plan.commands} commands`);
    const result = await soak({ cloud, chaos, seed, ...plan, progress });
    progress('compared');
    return told(result, seed);
  } finally {
    await cloud.stop();
  }
}

function told({ differences, injected, ...counts }: SoakResult, seed: number): number {
  const list = (all: object) =>
    Object.entries(all)
      .map(([name, count]) => `${name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)} ${count}`)
      .join(', ');
  console.log(list(counts));
  console.log(`faults: ${list(injected)}`);
  for (const difference of differences.slice(0, MAXIMUM_LINES)) console.log(`  ${difference}`);
  if (differences.length > MAXIMUM_LINES) console.log(`  and ${differences.length - MAXIMUM_LINES} more`);
  const verdict = differences.length === 0 ? 'everything is as the log says' : `${differences.length} differences`;
  console.log(`seed ${seed}: ${verdict}`);
  return differences.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
