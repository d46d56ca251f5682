/** `npm run soak:rebuild -- --events 100000`: a rebuild is killed again and again while commands and queries go on. */
import { parseArgs } from 'node:util';
import { startBenchDatabase } from '../bench/bench-database.ts';
import { rebuildSoak } from './rebuild-soak.ts';

const USAGE = `npm run soak:rebuild [-- --events <number>] [--kills <number>] [--seed <number>]
  --events <number>        in the log before it begins, ten for an account (100000)
  --kills <number>         of the tool, each at a random one of its requests (8)
  --seed <number>          of the moments, the commands and the queries (7)
Ends with 0 when every answer was of a whole version and every row and entry is as the log says, 1 when not, 2 when that could not be found out.`;

const options = {
  events: { type: 'string', default: '100000' },
  kills: { type: 'string', default: '8' },
  seed: { type: 'string', default: '7' },
  help: { type: 'boolean', default: false },
} as const;

const MAXIMUM_LINES = 20;

/** Most kills come while the version is filled, some later. */
const REQUESTS_BEFORE_KILL = 150;

function numberOf(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`--${name} is "${text}"; give a whole number.`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const numbers = {
    events: numberOf('events', values.events),
    kills: numberOf('kills', values.kills),
    seed: numberOf('seed', values.seed),
  };
  await using database = await startBenchDatabase();
  const { differences, ...counts } = await rebuildSoak({
    endpoint: database.endpoint,
    stage: 'soak',
    table: database.table,
    requestsBeforeKill: REQUESTS_BEFORE_KILL,
    progress: (step) => console.log(`${(performance.now() / 1_000).toFixed(1).padStart(6)} s  ${step}`),
    ...numbers,
  });
  const list = Object.entries(counts).map(
    ([name, count]) => `${name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)} ${count}`,
  );
  console.log(list.join(', '));
  for (const difference of differences.slice(0, MAXIMUM_LINES)) console.log(`  ${difference}`);
  console.log(differences.length === 0 ? 'everything is as the log says' : `${differences.length} differences`);
  return differences.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
