/**
 * Transfers among a few accounts while everything fails on purpose and the whole cloud is killed and started again; then quiet,
 * and every cent must be where the transfers say.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { categoryOf, type StreamId, toStreamId } from '#shared/event/index.ts';
import { localRun } from '../support/local-run.ts';
import { sendCommand } from './patient-client.ts';
import { seeded } from './random-commands.ts';
import { reportTransfers } from './soak.ts';
import { type Log, readLog } from './tables-and-log.ts';

type TransfersSoakOptions = {
  readonly dynamodbEndpoint: string;
  readonly port: number;
  readonly seed: number;
  readonly transfers: number;
  readonly accounts: number;
  readonly kills: number;
  /** As the variable CHAOS has it. */
  readonly faults: string;
  readonly progress?: (step: string) => void;
};

export type TransfersSoakResult = {
  readonly requested: number;
  readonly kills: number;
  readonly completed: number;
  readonly givenBack: number;
  readonly failed: number;
  readonly stuck: number;
  /** What is not as it must be; nothing, when all is well. */
  readonly differences: readonly string[];
};

const CLIENTS = 6;
const DEPOSIT = 1_000;
const ON = '2026-02-01';
const EVENTS_TABLE = 'tributary-accounts-Events';

/** Longer than a deadline, the minute of the reconcilers, and what comes back late from a queue. */
const ENDED_WITHIN_MS = 300_000;
const LOOK_EVERY_MS = 2_000;

type Requested = { readonly id: string; readonly from: string; readonly to: string; readonly amount: number };

export async function transfersSoak(options: TransfersSoakOptions): Promise<TransfersSoakResult> {
  const { seed, accounts, transfers, kills, progress = () => {} } = options;
  const differences: string[] = [];
  const draw = seeded(seed);
  const url = `http://127.0.0.1:${options.port}`;
  let cloud = await started(options, options.faults);
  const ids = Array.from({ length: accounts }, (_, index) => `soak-${seed}-${index}`);
  const requested: Requested[] = [];
  const command = async (path: string, body: Readonly<Record<string, unknown>>) => {
    const sent = await sendCommand(url, { key: path, stream: '', path, body });
    if (sent.kind === 'unclear') differences.push(`${path} was not answered: ${sent.reason}`);
    return sent.kind;
  };
  await Promise.all(
    ids.map(async (id) => {
      await command(`/accounts/${id}/open`, { owner: 'Ada', on: '2026-01-01' });
      await command(`/accounts/${id}/receive-payment`, { amount: DEPOSIT, on: '2026-01-01' });
    }),
  );
  progress(`${accounts} accounts are open`);

  const client = async () => {
    for (let number = next(); number < transfers; number = next()) await transfer(number);
  };
  let begun = 0;
  const next = () => {
    begun += 1;
    return begun - 1;
  };
  const pick = (below: number) => Math.floor(draw() * below);
  async function transfer(number: number): Promise<void> {
    const id = `soak-${seed}-${number}`;
    const from = ids[pick(accounts)] ?? '';
    const to = pick(12) === 0 ? 'nobody' : (ids[pick(accounts)] ?? '');
    const amount = 1 + pick(400);
    const isConfirmed = pick(6);
    const confirmBy = isConfirmed < 2 ? new Date(Date.now() + 2_000 + pick(8_000)).toISOString() : undefined;
    const kind = await command(`/transfers/${id}/request`, {
      from,
      to,
      amount,
      on: ON,
      ...(confirmBy && { confirmBy }),
    });
    if (kind === 'recorded') requested.push({ id, from, to, amount });
    if (kind === 'recorded' && isConfirmed === 0) await command(`/transfers/${id}/confirm`, {});
  }

  const killing = (async () => {
    for (let kill = 1; kill <= kills; kill += 1) {
      while (begun < (kill * transfers) / (kills + 1)) await sleep(100);
      cloud.signal('SIGKILL');
      await cloud.ended;
      cloud = await started(options, options.faults);
      progress(`killed and started again, after ${begun} transfers`);
    }
  })();
  await Promise.all([...Array.from({ length: CLIENTS }, client), killing]);
  progress(`${requested.length} transfers are requested; no more faults`);
  cloud.signal('SIGKILL');
  await cloud.ended;
  cloud = await started(options, '');
  const config = { endpoint: options.dynamodbEndpoint, region: 'local' };
  const base = new DynamoDBClient({ ...config, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });
  const dynamodb = DynamoDBDocumentClient.from(base);
  try {
    const table = await eventsTable(base);
    const deadline = performance.now() + ENDED_WITHIN_MS;
    const report = (difference: string) => void differences.push(difference);
    let log = await readLog(dynamodb, table, report);
    while (unended(log).length > 0 && performance.now() < deadline) {
      await sleep(LOOK_EVERY_MS);
      log = await readLog(dynamodb, table, report);
    }
    progress('comparing');
    return { kills, ...compared(log, requested, ids, report), differences };
  } finally {
    dynamodb.destroy();
    cloud.signal('SIGTERM');
    await cloud.ended;
  }
}

async function started({ dynamodbEndpoint, port }: TransfersSoakOptions, faults: string) {
  const env = { DYNAMODB_ENDPOINT: dynamodbEndpoint, PORT: String(port), CHAOS: faults, SETTLE_SECONDS: '1' };
  const run = localRun([], env);
  await run.url;
  return run;
}

async function eventsTable(client: DynamoDBClient): Promise<string> {
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  const [table] = TableNames.filter((name) => name.startsWith(EVENTS_TABLE));
  if (table === undefined) throw new Error(`There is no table ${EVENTS_TABLE}….`);
  return table;
}

const eventsOf = (log: Log, category: string, id: string) =>
  log.get(toStreamId(category, id))?.flatMap((commit) => commit.events) ?? [];

const lastOf = (log: Log, stream: StreamId) => log.get(stream)?.at(-1)?.events.at(-1)?.what ?? '';

const unended = (log: Log) =>
  [...log.keys()].filter(
    (stream) => categoryOf(stream) === 'transfer' && !/^Transfer(?:Completed|Failed|Stuck)$/.test(lastOf(log, stream)),
  );

function compared(
  log: Log,
  requested: readonly Requested[],
  accounts: readonly string[],
  report: (difference: string) => void,
) {
  reportTransfers(log, report);
  for (const { id } of requested) {
    if (eventsOf(log, 'transfer', id).length === 0) report(`transfer ${id} was acknowledged, and is not in the log`);
  }
  let money = 0;
  for (const id of accounts) {
    for (const { what, data } of eventsOf(log, 'account', id)) {
      const { amount = 0 } = data as { readonly amount?: number };
      money += what === 'MoneyWithdrawn' ? -amount : amount;
    }
  }
  if (money !== accounts.length * DEPOSIT) report(`${money} cents are there instead of ${accounts.length * DEPOSIT}`);
  const ends = [...log.keys()].filter((stream) => categoryOf(stream) === 'transfer').map((one) => lastOf(log, one));
  const count = (what: string) => ends.filter((end) => end === what).length;
  const sent = [...log.values()].flat().flatMap(({ events }) => events);
  const isRefund = ({ what, data }: (typeof sent)[number]) =>
    what === 'ProcessCommandSent' && (data as { readonly name: string }).name === 'refund'; // as processes record it
  return {
    requested: requested.length,
    completed: count('TransferCompleted'),
    failed: count('TransferFailed'),
    givenBack: sent.filter(isRefund).length,
    stuck: count('TransferStuck'),
  };
}
