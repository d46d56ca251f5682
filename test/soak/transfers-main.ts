/** `npm run soak:transfers -- --transfers 500`: money goes to and fro while everything fails and is killed; every cent is kept. */
import { createServer } from 'node:net';
import { parseArgs } from 'node:util';
import { startDynamoDbLocal } from '../../infra/local/services/dynamodb/dynamodb-local.ts';
import { transfersSoak } from './transfers-soak.ts';

const USAGE = `npm run soak:transfers [-- --transfers <number>] [--accounts <number>] [--kills <number>] [--seed <number>]
  --transfers <number>     that are requested, some of them to be confirmed, some to nobody (500)
  --accounts <number>      among which the money goes (20)
  --kills <number>         of the whole local cloud, on a database that stays (3)
  --seed <number>          of the transfers and the faults (7)
CHAOS chooses other faults, as for npm start.
Ends with 0 when every transfer has ended and every cent is there, 1 when not, 2 when that could not be found out.`;

const FAULTS = 'duplicate=0.2,reorder=0.3,drop=0.05,crash=0.02,throttle=0.05,conflict=0.05,bus-outage=0.01';
const MAXIMUM_LINES = 50;

const options = {
  transfers: { type: 'string', default: '500' },
  accounts: { type: 'string', default: '20' },
  kills: { type: 'string', default: '3' },
  seed: { type: 'string', default: '7' },
  help: { type: 'boolean', default: false },
} as const;

function numberOf(name: string, text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new Error(`--${name} is "${text}"; give a whole number.`);
}

/** The same for every start of the cloud. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('There is no free port.');
  return address.port;
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const seed = numberOf('seed', values.seed);
  const database = await startDynamoDbLocal();
  try {
    const { differences, ...counts } = await transfersSoak({
      dynamodbEndpoint: database.endpoint,
      port: await freePort(),
      seed,
      transfers: numberOf('transfers', values.transfers),
      accounts: numberOf('accounts', values.accounts),
      kills: numberOf('kills', values.kills),
      faults: `seed=${seed},${process.env.CHAOS || FAULTS}`,
      progress: (step) => console.log(`${(performance.now() / 1_000).toFixed(1).padStart(6)} s  ${step}`),
    });
    const list = Object.entries(counts).map(
      ([name, count]) => `${name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)} ${count}`,
    );
    console.log(list.join(', '));
    for (const difference of differences.slice(0, MAXIMUM_LINES)) console.log(`  ${difference}`);
    console.log(differences.length === 0 ? 'every cent is where it should be' : `${differences.length} differences`);
    return differences.length === 0 ? 0 : 1;
  } finally {
    await database.stop();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
