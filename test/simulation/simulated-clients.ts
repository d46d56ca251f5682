/** Clients send the commands of a plan, again when they get no answer, and keep what they were told. */
import type { CommandOutcome } from '#shared/command/index.ts';
import { latencyOf } from './faulty-step.ts';
import type { Plan, PlannedCommand } from './random-plan.ts';
import type { SimulatedContext } from './simulated-context.ts';
import type { Run } from './simulated-function.ts';
import { readBack } from './strong-reads.ts';

export type Sent = {
  readonly planned: PlannedCommand;
  /** Recorded with its commit; the same for all copies and tries. */
  readonly who: string;
  readonly commandId: string | undefined;
  /** What came back of each try; undefined when nothing did. */
  readonly outcomes: (CommandOutcome | undefined)[];
  readonly refusals: Refusal[];
};

/** An answer without a commit, and how many commits its stream had when it was asked for and when it was given. */
export type Refusal = { readonly outcome: CommandOutcome; readonly from: number; readonly to: number };

const TRIES = 4;
const RETRY_MS = 2_000;

/** `done` is true once all have what they wanted, or have given up. */
export function startClients(
  run: Run,
  { commands }: Plan,
  contexts: ReadonlyMap<string, SimulatedContext>,
): { readonly sent: readonly Sent[]; readonly failures: readonly unknown[]; readonly done: () => boolean } {
  const sent: Sent[] = [];
  const failures: unknown[] = [];
  const wait = (milliseconds: number) => new Promise<void>((resolve) => run.time.after(milliseconds, resolve));

  async function sendUntilAnswered(one: Sent): Promise<void> {
    const { planned, who, commandId } = one;
    const { context: name, category, id, what, data } = planned;
    const context = contexts.get(name);
    if (context === undefined) throw new Error(`there is no context ${name}`);
    for (let tries = 0; tries < (commandId === undefined ? 1 : TRIES); tries += 1) {
      await wait(latencyOf(run, who));
      const commits = () => context.table.commits.get(`${category}-${id}`)?.length ?? 0;
      const from = commits();
      run.note(who, `sends ${what} ${JSON.stringify(data)} to ${category}-${id}`);
      const invocation = await context.commands({
        category,
        id,
        what,
        data: { value: data },
        options: { value: commandId === undefined ? {} : { commandId } },
        who,
      });
      const answer = invocation.kind === 'answered' ? invocation.answer : undefined;
      if (answer !== undefined && answer.kind !== 'handled') throw new Error(`${what} was not handled: ${answer.kind}`);
      one.outcomes.push(answer?.outcome);
      if (answer?.outcome.kind === 'rejected' || answer?.outcome.kind === 'unchanged') {
        one.refusals.push({ outcome: answer.outcome, from, to: commits() });
      }
      run.note(who, `is told ${answer === undefined ? 'nothing' : toldIn(answer.outcome)}`);
      if (answer?.outcome.kind === 'recorded' && run.draws.rare(`${who} reads`, [[true, 0.25]])) {
        await readBack(run, who, context, planned);
      }
      if (answer !== undefined) return;
      await wait(RETRY_MS);
    }
  }

  const running = Map.groupBy(commands, ({ client }) => client);
  let left = running.size;
  for (const [, ofClient] of running) {
    void (async () => {
      for (const planned of ofClient) {
        const name = `command-${planned.number}`;
        const commandId = planned.hasCommandId ? name : undefined;
        const one: Sent = { planned, who: name, commandId, outcomes: [], refusals: [] };
        sent.push(one);
        await wait(planned.pauseMs);
        const copies = one.commandId === undefined ? 1 : planned.copies;
        await Promise.all(Array.from({ length: copies }, () => sendUntilAnswered(one)));
      }
    })()
      .catch((error: unknown) => failures.push(error))
      .finally(() => {
        left -= 1;
      });
  }
  return { sent, failures, done: () => left === 0 };
}

const toldIn = (outcome: CommandOutcome): string =>
  outcome.kind === 'recorded'
    ? `recorded at version ${outcome.version}${outcome.replayed ? ', as before' : ''}`
    : outcome.kind === 'rejected'
      ? `rejected: ${outcome.rejection.code}`
      : outcome.kind;
