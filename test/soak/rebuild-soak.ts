/**
 * A version is rebuilt from a long log while commands go on, queries are answered, and the tool is killed again and again. Then
 * it is activated, left, activated again, and the old one dropped; rows and entries are what folding the log gives.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { dispatch } from '#shared/command/index.ts';
import type { TableKind } from '#shared/dynamodb/index.ts';
import { system } from '#shared/edge/index.ts';
import { catchUp } from '#shared/projection/index.ts';
import { accounts as catalog } from '../../functions/accounts/accounts.catalog.ts';
import { summary } from '../../functions/accounts/summary.projection.ts';
import { rebuildTool } from './killed-rebuild.ts';
import { looksAt } from './looks.ts';
import {
  type Account,
  before,
  ownerNamed,
  type RebuiltAccounts,
  rebuiltAccounts,
  streamOf,
} from './rebuilt-accounts.ts';
import { compareWithLog, readLog } from './tables-and-log.ts';

type RebuildSoakOptions = {
  readonly endpoint: string;
  readonly stage: string;
  readonly table: (kind: TableKind, name: string) => Promise<unknown>;
  readonly seed: number;
  readonly events: number;
  readonly kills: number;
  /** A kill comes at a random one of so many requests of the tool. */
  readonly requestsBeforeKill: number;
  readonly progress?: (step: string) => void;
};

export type RebuildSoakResult = {
  readonly kills: number;
  readonly commands: number;
  readonly rowsAnswered: number;
  readonly listsOfOldVersion: number;
  readonly listsOfNewVersion: number;
  readonly rowsAndEntries: number;
  /** What is not as it must be; nothing, when all is well. */
  readonly differences: readonly string[];
};

const CLIENTS = 2;
const LOOKERS = 2;

/** One of so many commands opens an account. */
const OPENED_EVERY = 5;

/** Lists of a version, after it was made active, before anything else is done. */
const LOOKS_AFTERWARDS = 30;
const LOOK_EVERY_MS = 50;

export async function rebuildSoak(options: RebuildSoakOptions): Promise<RebuildSoakResult> {
  const { endpoint, stage, kills, requestsBeforeKill, progress = () => {} } = options;
  const differences: string[] = [];
  const report = (line: string) => void differences.push(line);
  const draw = drawsOf(options.seed);
  const world = await rebuiltAccounts(options);
  progress(`${options.events} events are recorded and fed, and version 0 is active`);
  const tool = await rebuildTool(endpoint, stage);
  const looks = looksAt(world, { draw, report });
  const commands = clientsOf(world, draw);
  const busy = { isOver: false };
  const until = async (work: () => Promise<void>) => {
    while (!busy.isOver) await work();
  };
  const moving = Promise.all([
    ...Array.from({ length: CLIENTS }, (_, client) => until(() => commands.send(client))),
    ...Array.from({ length: LOOKERS }, () => until(looks.look)),
  ]);
  moving.catch((error: unknown) => report(`what was to go on has stopped: ${error}`));

  let killed = 0;
  const end = async (args: readonly string[], expected: string) => {
    const { code, output } = await tool.run(args);
    progress(output.trim().split('\n').at(-1) ?? '');
    if (code !== 0 || !output.includes(expected))
      report(`npm run rebuild ${args.join(' ')} ended with ${code}: ${output}`);
  };
  /** Waits until lists are answered from a version, or something is wrong. */
  const answeredFrom = async (which: 'ofOld' | 'ofNew') => {
    const enough = looks.counts[which] + LOOKS_AFTERWARDS;
    while (looks.counts[which] < enough && differences.length === 0) await sleep(LOOK_EVERY_MS);
  };
  try {
    while (killed < kills) {
      const { code, output } = await tool.run([], LEAST_REQUESTS + draw(requestsBeforeKill));
      if (code !== undefined) {
        if (code !== 0) report(`the rebuild ended with ${code}: ${output}`);
        break;
      }
      killed += 1;
      progress(`killed ${killed} times`);
    }
    await end([], killed < kills ? 'is active already' : 'Version 1 of summary is active.');
    await answeredFrom('ofNew');
    await end(['--rollback'], 'Version 0 of summary is active again.');
    await answeredFrom('ofOld');
    await end(['--activate'], 'Version 1 of summary is active.');
    await answeredFrom('ofNew');
    looks.endOld();
    commands.endOld();
    await end(['--drop-old'], 'version 1 of summary is what is left.');
    await answeredFrom('ofNew');
    busy.isOver = true;
    await moving;
    progress('no more commands and queries');
    await end(['--compare'], '0 different, 0 behind the log, 0 parked');
  } finally {
    busy.isOver = true;
    await moving.catch(() => {});
    await tool.stop();
  }
  const rowsAndEntries = await compareAll(world, report);
  world.client.destroy();
  const { rows, ofOld, ofNew } = looks.counts;
  return {
    kills: killed,
    commands: commands.count(),
    rowsAnswered: rows,
    listsOfOldVersion: ofOld,
    listsOfNewVersion: ofNew,
    rowsAndEntries,
    differences,
  };
}

/** Less is the search for the tables. */
const LEAST_REQUESTS = 8;

/** Whole numbers below a bound, the same for the same seed. */
function drawsOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Commands that are recorded, fed and taken by the consumers of both versions, one after the other. */
function clientsOf(world: RebuiltAccounts, draw: (below: number) => number) {
  const { store, versions, accounts, feedLog, writer } = world;
  const handling = { ...system(), store };
  let [count, opened, hasOld] = [0, accounts.length, true];

  async function send(account: Account, what: string, data: object): Promise<void> {
    const version = account.sums.length - 1;
    const sent = {
      category: 'account',
      id: account.id,
      what,
      data: { value: data },
      options: { value: {} },
      who: 'soak',
    };
    const { kind, ...answer } = await dispatch(handling, catalog.aggregates, sent);
    if (!('outcome' in answer) || answer.outcome.kind !== 'recorded') {
      throw new Error(`${what} of ${account.id} was answered ${kind} ${JSON.stringify(answer)}`);
    }
    const stream = streamOf(account);
    const { commits } = await feedLog.commitsAfter(stream, version - 1, 1);
    await writer.append(commits);
    for (const projection of hasOld ? [before, summary] : [summary]) {
      await catchUp({ store, table: versions.table(projection.version) }, projection, stream, version);
    }
    account.reached = version;
    count += 1;
  }

  return {
    count: () => count,
    endOld: () => {
      hasOld = false;
    },
    /** Each client has accounts of its own. */
    async send(client: number): Promise<void> {
      if (draw(OPENED_EVERY) === 0) {
        opened += 1;
        const account: Account = { id: `n${opened}`, owner: ownerNamed(draw(world.owners)), sums: [0, 0], reached: 0 };
        accounts.push(account);
        await send(account, 'open', { owner: account.owner, on: '2026-02-01' });
        return;
      }
      const account = accounts[draw(Math.floor(accounts.length / CLIENTS)) * CLIENTS + client];
      if (account === undefined || account.reached === 0) return;
      const amount = 1 + draw(96);
      account.sums.push((account.sums.at(-1) ?? 0) + amount);
      await send(account, 'receive-payment', { amount, on: '2026-02-01' });
    },
  };
}

async function compareAll({ client, names, versions }: RebuiltAccounts, report: (line: string) => void) {
  await versions.scan(async (items) => {
    for (const { version, key } of items) if (version !== 1) report(`${key} of version ${version} is left`);
  });
  return compareWithLog(
    { client, table: names.rows, projection: summary },
    await readLog(client, names.events, report),
    report,
  );
}
