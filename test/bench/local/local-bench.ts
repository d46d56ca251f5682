/** The local cloud from outside: its start, its memory, a warm command, and many clients at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { atLeast, atMost, type Figure, figure, type Progress, type Section } from '../report.ts';
import { median, p95 } from '../statistics.ts';
import { accountClients } from './account-clients.ts';
import { type Memory, mostResident, residentMemory } from './resident-memory.ts';
import { startCloud } from './running-cloud.ts';

const WARM_UP = 50;
const COMMANDS = 200;
const VISIBLE = 60;
const CLIENTS = 16;
const PER_CLIENT = 30;
/** After the start and the end of load, before idle memory is looked at. */
const SETTLE_MS = 3_000;
const AFTER_MS = 25_000;

const MEMORY_GOAL = atMost(700);
const milliseconds = { decimals: 1, unit: ' ms' };

export async function* benchLocal(progress: Progress): AsyncGenerator<Section> {
  progress('starting the local cloud');
  await using cloud = await startCloud();
  const clients = accountClients(cloud.url);
  await sleep(SETTLE_MS);
  const idle = await residentMemory(cloud.pid);

  progress(`${COMMANDS} commands on one account`);
  const account = 'bench';
  await clients.open(account);
  for (let index = 0; index < WARM_UP; index += 1) await clients.pay(account);
  const commands: number[] = [];
  for (let index = 0; index < COMMANDS; index += 1) commands.push(await timed(() => clients.pay(account)));

  progress(`${VISIBLE} commands followed into the query`);
  await clients.balanceHasAll(account);
  const alone: number[] = [];
  const visible: number[] = [];
  for (let index = 0; index < VISIBLE; index += 1) {
    alone.push(await timed(() => clients.pay(account)));
    visible.push(await timed(() => clients.balanceHasAll(account)));
  }
  yield {
    title: 'Local cloud (node infra/local/main.ts), over HTTP with keep-alive',
    method: 'One client, one account.',
    figures: [
      figure('start to a healthy /health', cloud.startSeconds, { decimals: 1, unit: ' s', goal: atMost(20) }),
      figure('warm command when the last has been projected, median', median(alone), {
        ...milliseconds,
        goal: atMost(15),
      }),
      figure('warm commands one after the other, median', median(commands), { ...milliseconds, goal: atMost(15) }),
      figure('warm commands one after the other, 95 of 100 under', p95(commands), milliseconds),
      figure('acknowledged to visible in the query, median', median(visible), { ...milliseconds, goal: atMost(300) }),
      figure('acknowledged to visible in the query, 95 of 100 under', p95(visible), milliseconds),
    ],
  };

  progress(`${CLIENTS} clients, ${PER_CLIENT} commands each`);
  const accounts = Array.from({ length: CLIENTS }, (_, index) => `bench-${index}`);
  for (const each of accounts) await clients.open(each);
  await clients.allHasArrived([account, ...accounts]);
  let seconds = 0;
  const load = timed(async () => {
    await clients.payAtOnce(accounts, PER_CLIENT);
    await clients.allHasArrived(accounts);
  }).then((took) => {
    seconds = took / 1000;
  });
  const loaded = await mostResident(cloud.pid, load);
  await load;
  progress(`waiting ${AFTER_MS / 1000} s, then memory at rest`);
  await sleep(AFTER_MS);
  const after = await residentMemory(cloud.pid);
  yield {
    title: `Local cloud with ${CLIENTS} clients, ${CLIENTS * PER_CLIENT} commands, each client on its own account`,
    method:
      'Until both projections and the feed have everything. Memory of all processes of the run, DynamoDB Local among them.',
    figures: [
      figure('commands per second', (CLIENTS * PER_CLIENT) / seconds, { goal: atLeast(100) }),
      figure('commands sent again after a 5xx', clients.repeats()),
      memory('memory, idle after the start', idle),
      memory('memory, the most under load', loaded),
      memory(`memory, ${AFTER_MS / 1000} s after the load`, after),
    ],
  };
}

/** All that the run starts beside its own process is DynamoDB Local. */
const memory = (what: string, { all, descendants }: Memory): Figure => ({
  what,
  value: `${all.toFixed(0)} MB (DynamoDB Local ${descendants.toFixed(0)})`,
  goal: MEMORY_GOAL(all, ' MB'),
});

/** Milliseconds. */
async function timed(action: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await action();
  return performance.now() - from;
}
