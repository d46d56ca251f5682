/** The whole way of a command, relay and projections included, in requests to DynamoDB, counted behind a proxy. */
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { assemblyCopy, ofType } from '../../support/assembly-copy.ts';
import { featureFlags } from '../../support/feature-flags.ts';
import { startBenchDatabase } from '../bench-database.ts';
import { accountClients } from '../local/account-clients.ts';
import { startCloud } from '../local/running-cloud.ts';
import { atMost, type Figure, figure, type Progress, type Section } from '../report.ts';
import { countingProxy, type Spent } from './counting-proxy.ts';

const AT_REST = 100;
const CLIENTS = 16;
const PER_CLIENT = 25;

/** They answer the bench's own questions whether everything has arrived. */
const OF_THE_BENCH = /-(?:queries|feed|health|streams)$/;

export async function* benchWay(progress: Progress): AsyncGenerator<Section> {
  progress('synthesizing the app, starting DynamoDB Local and the local cloud');
  await using database = await startBenchDatabase();
  await using proxy = await countingProxy(database.endpoint);
  const app = await traceableApp();
  await using cloud = await startCloud({ env: { DYNAMODB_ENDPOINT: proxy.url }, assembly: app });
  const clients = accountClients(cloud.url);
  const accounts = Array.from({ length: CLIENTS }, (_, index) => `way-${index}`);
  const [first = ''] = accounts;
  for (const account of accounts) await clients.open(account);
  await clients.allHasArrived(accounts);

  progress(`${AT_REST} commands, one at a time`);
  proxy.spent();
  const restFrom = performance.now();
  for (let command = 0; command < AT_REST; command += 1) {
    await clients.pay(first);
    await clients.allHasArrived([first]);
  }
  const restSeconds = (performance.now() - restFrom) / 1000;
  yield waySection('at rest', 'Each command is sent when the one before has arrived everywhere.', {
    commands: AT_REST,
    seconds: restSeconds,
    spent: proxy.spent(),
  });

  progress(`${CLIENTS} clients, ${PER_CLIENT} commands each`);
  const loadFrom = performance.now();
  await clients.payAtOnce(accounts, PER_CLIENT);
  await clients.allHasArrived(accounts);
  const loadSeconds = (performance.now() - loadFrom) / 1000;
  yield waySection(
    `with ${CLIENTS} clients`,
    'Each client sends to an account of its own, as fast as it is answered.',
    {
      commands: CLIENTS * PER_CLIENT,
      seconds: loadSeconds,
      spent: proxy.spent(),
    },
  );
}

type Run = { readonly commands: number; readonly seconds: number; readonly spent: readonly Spent[] };

function waySection(when: string, method: string, { commands, seconds, spent }: Run): Section {
  const counted = spent.filter(({ caller }) => !OF_THE_BENCH.test(caller));
  const perCommand = (of: (one: Spent) => number, ones: readonly Spent[] = counted) =>
    ones.reduce((sum, one) => sum + of(one), 0) / commands;
  const cost = (what: string, ones: readonly Spent[]): Figure => {
    const requests = perCommand((one) => one.requests, ones)
      .toFixed(2)
      .padStart(6);
    const [read, write] = [perCommand((one) => one.readUnits, ones), perCommand((one) => one.writeUnits, ones)];
    return { what, value: `${requests} requests, ${read.toFixed(2)} RCU, ${write.toFixed(2)} WCU` };
  };
  const callers = [...Map.groupBy(counted, ({ caller }) => shortName(caller))].toSorted(([one], [other]) =>
    one.localeCompare(other),
  );
  return {
    title: `The whole way of a command ${when}, on ${commands} commands`,
    method: `${method} Reads of the table's stream are not counted, nor are queries of the bench.`,
    figures: [
      figure(
        'requests per command',
        perCommand((one) => one.requests),
        { decimals: 2, goal: atMost(5) },
      ),
      figure(
        'read units per command',
        perCommand((one) => one.readUnits),
        { decimals: 2 },
      ),
      figure(
        'write units per command',
        perCommand((one) => one.writeUnits),
        { decimals: 2 },
      ),
      figure('commands per second, behind the proxy', commands / seconds),
      ...callers.flatMap(([caller, ones]) => [
        cost(caller, ones),
        ...ones.map((one) => cost(`  ${one.operation} on ${tableName(one.table)}`, [one])),
      ]),
    ],
  };
}

/** `relay` of `tributary-accounts-relay`. */
const shortName = (caller: string) => caller.slice(caller.lastIndexOf('-') + 1);

/** The logical id without the stack before and the digest behind it. */
const tableName = (table: string) => table.slice(table.lastIndexOf('-') + 1).replace(/[0-9A-F]{8}$/, '');

const PROJECT = join(import.meta.dirname, '..', '..', '..');

/** A folder with the project's own app, synthesized, its functions telling DynamoDB their names. It goes when this process ends. */
async function traceableApp(): Promise<string> {
  const synthesized = await mkdtemp(join(tmpdir(), 'tributary-bench-'));
  const removeAtExit = (folder: string) => process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  removeAtExit(synthesized);
  const env = { ...process.env, CDK_OUTDIR: synthesized, CDK_CONTEXT_JSON: JSON.stringify(featureFlags()) };
  await promisify(execFile)(process.execPath, [join(PROJECT, 'infra', 'app.ts')], { cwd: PROJECT, env });
  const { folder } = await assemblyCopy(synthesized, 'bench', (resources) => {
    for (const { Properties } of ofType(resources, 'AWS::Lambda::Function')) {
      const { FunctionName, Environment } = Properties as {
        FunctionName: string;
        Environment: { Variables: Record<string, unknown> };
      }; // the template has them for each function
      Environment.Variables.AWS_SDK_UA_APP_ID = FunctionName;
    }
  });
  removeAtExit(folder);
  return folder;
}
