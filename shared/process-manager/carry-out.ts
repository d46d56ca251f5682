/**
 * What a process has sent is carried out, at least once and with one answer for good, and its deadlines are set. The process's
 * own commits are the outbox: what is not answered in them is still to be done, whoever has tried before.
 */
import { type CommandHandling, loadState } from '#shared/command/index.ts';
import { KitError, type StreamId } from '#shared/event/index.ts';
import { assertNotParked, type QueryTable, type StoredRow } from '#shared/projection/index.ts';
import { deadlineEntry, type ScheduledDeadline } from './deadline-entries.ts';
import { processAggregate } from './process-aggregate.ts';
import type { Answer, AnyProcessManager } from './process-manager.ts';
import type { Outstanding, PendingDeadline, ProcessState } from './process-state.ts';
import { takeInput } from './take-input.ts';

/** A command as its target gets it. A copy has the same id, and gets the same answer. */
export type OutgoingCommand = Pick<Outstanding, 'commandId' | 'context' | 'category' | 'what' | 'id' | 'data'> & {
  readonly issuedAt: string;
  readonly correlationId: string;
  readonly causationId: string;
  /** The process. */
  readonly who: StreamId;
};

export type CarryingPorts = {
  /** Keeps how far each process has been carried out, and which of its deadlines are set. */
  readonly table: QueryTable;
  readonly handling: CommandHandling;
  /**
   * Carries a command out. Throws a retryable error while its target does not answer, and `command-not-carried-out` when no
   * later try can be answered.
   */
  readonly send: (command: OutgoingCommand) => Promise<Answer>;
  readonly schedule: DeadlineSchedule;
};

/** One-time alarms. Both calls are safe to repeat; throws what is safe to retry. */
export type DeadlineSchedule = {
  /** Sends a hint for the stream at the time or later, at least once. */
  set(deadline: ScheduledDeadline): Promise<void>;
  cancel(deadline: ScheduledDeadline): Promise<void>;
};

/** Of a process, in its row. */
type CarriedOut = { readonly deadlines: readonly PendingDeadline[] };

const NOTHING: CarriedOut = { deadlines: [] };

/**
 * Brings a process to where nothing that it has sent is without an answer, no deadline that has passed is without notice, and
 * every other deadline is set; gives the version reached. Commands are sent one after the other. Safe to retry, and to do
 * twice at once. Throws `parked`, `command-not-carried-out`, and what sending, setting a deadline and taking an input throw.
 */
export async function carryOut(
  ports: CarryingPorts,
  processManager: AnyProcessManager,
  stream: StreamId,
  announced: number,
): Promise<number> {
  const { table, handling } = ports;
  const aggregate = processAggregate(processManager);
  let row = await table.read(stream);
  if (row?.parked !== undefined) row = await table.read(stream, { consistent: true });
  const isReached = row !== undefined && row.watermark >= announced;
  const set = new Map(deadlinesOf(row).map((one) => [one.key, one]));
  if (isReached && !deadlinesOf(row).some((one) => hasPassed(handling, one))) {
    // Whoever keeps the alarms may have lost them.
    for (const { key, at } of set.values()) await ports.schedule.set({ stream, version: row?.watermark ?? 1, key, at });
    return row?.watermark ?? 0;
  }
  let current = handling.cache.get(stream);
  let isFresh = false;
  for (;;) {
    assertNotParked(stream, row);
    if (current === undefined || isFresh) {
      current = await loadState(handling, aggregate, stream, { before: current });
      isFresh = true;
    }
    const { token, correlationId = '' } = current;
    const { deadlines, outstanding } = current.state as ProcessState; // of the process's own aggregate
    const passed = deadlines.find((one) => hasPassed(handling, one));
    const [next] = outstanding;
    if (passed !== undefined) {
      const { name, key, at: since } = passed;
      const origin = { correlationId, causationId: key, since };
      await takeInput(handling, processManager, stream, { kind: 'deadline', name, key }, origin);
    } else if (next !== undefined) {
      await setDeadlines(ports, stream, token.version, deadlines, set);
      const { commandId, name: to, sentAt: issuedAt } = next;
      const answer = await ports.send({ ...next, issuedAt, correlationId, causationId: commandId, who: stream });
      const origin = { correlationId, causationId: commandId, since: issuedAt };
      await takeInput(handling, processManager, stream, { kind: 'answer', to, commandId, answer }, origin);
    } else if (isFresh) {
      await setDeadlines(ports, stream, token.version, deadlines, set);
      if (token.version <= (row?.watermark ?? 0)) return row?.watermark ?? 0;
      if (await writeReached(table, stream, row, token.version, deadlines)) return token.version;
      row = await table.read(stream, { consistent: true });
    }
    // What is remembered is enough to go on; that nothing is left is believed of what was just read alone.
    isFresh = passed === undefined && next === undefined;
    current = handling.cache.get(stream) ?? (isFresh ? current : undefined);
  }
}

const deadlinesOf = (row: StoredRow | undefined) => ((row?.row ?? NOTHING) as CarriedOut).deadlines; // written below

const hasPassed = ({ clock }: CommandHandling, { at }: PendingDeadline) => Date.parse(at) <= clock().getTime();

/** `set` are those that are set as far as is known here: what is set again, or was set by somebody else, changes nothing. */
async function setDeadlines(
  { schedule, handling }: CarryingPorts,
  stream: StreamId,
  version: number,
  wanted: readonly PendingDeadline[],
  set: Map<string, PendingDeadline>,
): Promise<void> {
  for (const one of wanted) {
    if (set.has(one.key)) continue;
    await schedule.set({ stream, version, key: one.key, at: one.at });
    set.set(one.key, one);
  }
  for (const one of set.values()) {
    if (wanted.some(({ key }) => key === one.key)) continue;
    // An alarm that has gone off is gone.
    if (!hasPassed(handling, one)) await schedule.cancel({ stream, version, key: one.key, at: one.at });
    set.delete(one.key);
  }
}

function writeReached(
  table: QueryTable,
  stream: StreamId,
  row: StoredRow | undefined,
  watermark: number,
  deadlines: readonly PendingDeadline[],
): Promise<boolean> {
  const gone = deadlinesOf(row).filter(({ key }) => !deadlines.some((one) => one.key === key));
  return table.write(stream, {
    from: row?.watermark ?? 0,
    watermark,
    row: { deadlines } satisfies CarriedOut,
    put: deadlines.map((one) => ({ ...deadlineEntry(one), value: one.key })),
    remove: gone.map(deadlineEntry),
  });
}

/** What no later try can be answered. */
export const notCarriedOut = (command: OutgoingCommand, reason: string): KitError =>
  new KitError(
    'command-not-carried-out',
    `${command.who} has sent ${command.what} to ${command.category}-${command.id}, and it cannot be carried out: ${reason}`,
  );
