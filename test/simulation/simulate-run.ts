/** One run, from its seed: a plan is carried out under faults, the faults end, time passes, and then everything must be right. */
import { allParked, catchUp, redriveStream } from '#shared/projection/index.ts';
import { accounts } from '../../functions/accounts/accounts.catalog.ts';
import { organizations } from '../../functions/organizations/organizations.catalog.ts';
import { parcels } from '../../functions/parcels/parcels.catalog.ts';
import { assertHolds, Breach } from './breach.ts';
import { checkAnswers, checkFeed, checkNames, checkRefusals, checkStreams, logOf } from './check-log.ts';
import { checkTransfers, deadlinesLeft } from './check-transfers.ts';
import { checkContents, checkMoney, checkParked, streamsBehind } from './check-views.ts';
import { createDraws } from './draws.ts';
import { poisoned } from './poisoned-projection.ts';
import { type Plan, randomPlan, START } from './random-plan.ts';
import { simulatedBus } from './simulated-bus.ts';
import { type Sent, startClients } from './simulated-clients.ts';
import { type SimulatedContext, simulatedContext } from './simulated-context.ts';
import type { Process, Run } from './simulated-function.ts';
import { createSimulatedTime, type SimulatedTime } from './simulated-time.ts';

export type RunOptions = {
  readonly seed: number;
  /** Instead of the one that follows from the seed. */
  readonly plan?: Plan;
  /** The only unusual things that may happen; without them all that follow from the seed. */
  readonly kept?: ReadonlySet<string>;
  readonly trace?: (line: string) => void;
  /** False for an engine without reconcilers, in which something must go wrong. */
  readonly reconciles?: boolean;
};

export type RunResult = {
  readonly breach: Breach | undefined;
  readonly unusual: ReadonlySet<string>;
  readonly plan: Plan;
};

const MINUTE_MS = 60_000;
/** Of faults, at most; and of quiet after them until nothing may be behind. */
const PLAN_MINUTES = 60;
const QUIET_MINUTES = 240;

export async function simulateRun({
  seed,
  plan = randomPlan(seed),
  kept,
  trace,
  reconciles = true,
}: RunOptions): Promise<RunResult> {
  const time = createSimulatedTime(START);
  const draws = createDraws(seed, { kept, intensity: plan.intensity });
  let made = 0;
  const note = (who: string, what: string) =>
    trace?.(`${((time.now() - START) / 1_000).toFixed(3).padStart(9)} s  ${who}: ${what}`);
  const run: Run = { time, draws, note, ids: () => uuid(++made) };
  const bus = simulatedBus(run);
  const deployment = { isMended: false };
  const contexts = [accounts, organizations, parcels].map((catalog) =>
    simulatedContext(run, bus, catalog, plan.settings, (projection, process) =>
      poisoned(projection, plan.poison, isBroken(run, plan, process)),
    ),
  );
  const clients = startClients(run, plan, new Map(contexts.map((context) => [context.catalog.name, context])));
  for (const { reconcile } of reconciles ? contexts : []) everyMinute(time, () => reconcile({}));

  try {
    for (let minute = 0; minute < PLAN_MINUTES && !clients.done(); minute += 1) await time.pass(MINUTE_MS);
    await time.pass(plan.faultyMinutes * MINUTE_MS);
    const [failure] = clients.failures;
    if (failure !== undefined) throw failure;
    draws.end();
    note('the faults', 'end');
    await untilNothingIsBehind(run, contexts);
    await check(contexts, clients.sent, bus.taken, plan);
    deployment.isMended = true;
    await redriveAll(contexts);
    for (const context of contexts) await checkParked(context, undefined);
    for (const context of contexts) await checkContents(context);
    for (const context of contexts) await checkMoney(context);
    return { breach: undefined, unusual: draws.unusual, plan };
  } catch (error) {
    const breach = error instanceof Breach ? error : new Breach('nothing unexpected is thrown', String(error));
    return { breach, unusual: draws.unusual, plan };
  }

  function isBroken({ draws }: Run, { poison }: Plan, { name }: Process): () => boolean {
    const isOld = poison?.everywhere !== false || draws.share(`${name}, deployment`) < 0.5;
    return () => isOld && !deployment.isMended;
  }
}

const uuid = (number: number) => `00000000-0000-7000-8000-${(number * 256).toString(16).padStart(12, '0')}`;

function everyMinute(time: SimulatedTime, act: () => unknown): void {
  time.after(MINUTE_MS, () => {
    void act();
    everyMinute(time, act);
  });
}

async function untilNothingIsBehind({ time }: Run, contexts: readonly SimulatedContext[]): Promise<void> {
  let left: string[] = [];
  for (let minute = 0; minute < QUIET_MINUTES; minute += 1) {
    await time.pass(MINUTE_MS);
    left = [];
    for (const context of contexts) {
      if (!context.stream.isDrained()) left.push(`the stream of ${context.catalog.name}`);
      for (const { follower, queue } of context.followers)
        if (!queue.isEmpty()) left.push(`the queue of ${follower.name}`);
      left.push(...(await deadlinesLeft(context)));
      left.push(...(await streamsBehind(context)));
    }
    if (left.length === 0) return;
  }
  assertHolds(false, 'nothing is behind for ever', `${left.join(', ')} is, after ${QUIET_MINUTES} quiet minutes`);
}

async function check(
  contexts: readonly SimulatedContext[],
  sent: readonly Sent[],
  taken: readonly string[],
  plan: Plan,
): Promise<void> {
  for (const context of contexts) {
    const log = logOf(context);
    const ofContext = sent.filter(({ planned }) => planned.context === context.catalog.name);
    checkStreams(context, log, ofContext);
    checkAnswers(log, ofContext);
    checkRefusals(context, log, ofContext);
    await checkFeed(context, log, taken);
    checkNames(context, log);
    checkTransfers(log);
    await checkParked(context, plan.poison);
    await checkContents(context);
  }
}

/** As the tool does, once the projection is mended. */
async function redriveAll(contexts: readonly SimulatedContext[]): Promise<void> {
  for (const { views, store } of contexts) {
    for (const { projection, table } of views) {
      for (const { stream } of await allParked(table)) {
        const ports = { table, store, clock: () => new Date(START) };
        const toItsEnd = () => catchUp(ports, projection, stream, Number.MAX_SAFE_INTEGER);
        await redriveStream(ports, projection, stream, toItsEnd);
      }
    }
  }
}
