/** What must hold of transfers at the end of a run: money is neither made nor lost, and each of them has ended once. */
import { categoryOf, type StreamId } from '#shared/event/index.ts';
import type { Commit } from '#shared/event-store/index.ts';
import { assertHolds } from './breach.ts';
import { commandOfProcess, type Log } from './check-log.ts';
import type { SimulatedContext } from './simulated-context.ts';

/** Deadlines that processes wait for, as their rows have them. */
export async function deadlinesLeft(context: SimulatedContext): Promise<string[]> {
  const left: string[] = [];
  for (const { processManager, table } of context.processes) {
    const { entries } = await table.list({ key: 'deadlines', limit: 100 });
    left.push(...entries.map(({ stream }) => `a deadline of ${processManager.name}, ${stream}`));
  }
  return left;
}

const FINAL: Readonly<Record<string, readonly string[]>> = {
  TransferCompleted: ['pay', 'withdraw'],
  TransferFailed: [],
  TransferStuck: ['withdraw'],
};

/** Clocks of two machines, one of which has said when. */
const SKEW_MS = 40_000;

export function checkTransfers(log: Log): void {
  const ofProcesses = Map.groupBy(
    [...log].flatMap(([stream, commits]) => commits.map((commit) => ({ stream, commit }))),
    ({ commit }) => commit.who,
  );
  for (const [stream, commits] of log) {
    if (categoryOf(stream) !== 'transfer') continue;
    const events = commits.flatMap((commit) => commit.events);
    const process = `transferring-${stream.slice('transfer-'.length)}` as StreamId; // as the process manager names it
    const own = log.get(process) ?? [];
    const moved = (ofProcesses.get(process) ?? []).filter((one) => categoryOf(one.stream) === 'account');
    const names = moved.map(({ commit }) => commandOfProcess(log, commit)?.name ?? '').toSorted();
    const last = events.at(-1)?.what ?? '';
    const isEnded = Object.hasOwn(FINAL, last);
    const told = `${stream} ends with ${last}, and its money was moved by [${names}]`;
    assertHolds(isEnded, 'every transfer ends', told);
    const isGivenBack = last === 'TransferFailed' && names.join() === 'refund,withdraw';
    assertHolds(isGivenBack || names.join() === FINAL[last]?.join(), 'money is neither made nor lost', told);
    const ends = events.filter(({ what }) => Object.hasOwn(FINAL, what) && what !== 'TransferStuck');
    assertHolds(ends.length <= 1, 'a transfer ends once', told);

    const stories = [...commits, ...own, ...moved.map(({ commit }) => commit)].map((one) => one.correlationId);
    assertHolds(new Set(stories).size === 1, 'a transfer is one story', `${stream} is ${[...new Set(stories)]}`);
    checkDeadline(stream, commits, own);
  }
}

function checkDeadline(stream: StreamId, commits: readonly Commit[], own: readonly Commit[]): void {
  const { confirmBy } = (commits[0]?.events[0]?.data ?? {}) as { readonly confirmBy?: string };
  const passed = own.find(({ events: [first] }) => {
    const { input } = (first?.data ?? {}) as { readonly input?: { readonly kind: string } };
    return input?.kind === 'deadline';
  });
  if (passed === undefined || confirmBy === undefined) return;
  const isEarly = Date.parse(passed.recordedAt) + SKEW_MS < Date.parse(confirmBy);
  assertHolds(!isEarly, 'no deadline is early', `that of ${stream} is ${confirmBy}, it was taken ${passed.recordedAt}`);
}
