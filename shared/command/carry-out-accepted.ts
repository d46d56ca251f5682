/** A command that was accepted is carried out, and its ending goes into the command log: once for each acceptance. */
import type { AnyAggregate } from '#shared/aggregate/index.ts';
import { categoryOf, isKitError, KitError } from '#shared/event/index.ts';
import type { QueuedCommand } from './accept-command.ts';
import type { CommandEntry, CommandLog, Ending, QueuePlace } from './command-log.ts';
import { dispatch } from './dispatch.ts';
import type { CommandHandling } from './handle-command.ts';

/**
 * To be called with the messages of a stream one after the other, in their order. Safe to repeat after a crash at any point: a
 * command that has been recorded is recognised back to its acceptance, and one whose ending is in the log is left alone. What a
 * later try may cure is thrown, and nothing is written then: `store-unavailable`, `out-of-time`, and a conflict as the former
 * unless the command itself wants it told. Everything else is an ending.
 */
export async function carryOutAccepted(
  { handling, log }: { readonly handling: CommandHandling; readonly log: CommandLog },
  aggregates: readonly AnyAggregate[],
  command: QueuedCommand,
  place: QueuePlace,
  signal?: AbortSignal,
): Promise<void> {
  const standing = await log.read(command.stream, command.id);
  if (standing?.message === place.message && standing.ending !== undefined) return;
  const ending = await endingOf(handling, aggregates, command, signal);
  await log.write({ ...entryOf(command, place), ending });
}

/** Ends a command that was tried for as long as the queue would. Nothing happens when it has ended already. Safe to repeat. */
export async function giveUpAccepted(log: CommandLog, command: QueuedCommand, message: string): Promise<void> {
  const ending: Ending = { kind: 'failed', code: 'store-unavailable', message: 'It could not be carried out in time.' };
  await log.write({ ...entryOf(command, { message, sequence: '' }), ending });
}

async function endingOf(
  handling: CommandHandling,
  aggregates: readonly AnyAggregate[],
  { stream, id: commandId, what, data, who, acceptedAt, correlationId, precondition }: QueuedCommand,
  signal: AbortSignal | undefined,
): Promise<Ending> {
  const category = categoryOf(stream);
  const options = {
    commandId,
    issuedAt: acceptedAt,
    ...(correlationId !== undefined && { correlationId }),
    ...(precondition !== undefined && { precondition }),
  };
  try {
    const ending = await dispatch(handling, aggregates, {
      category,
      id: stream.slice(category.length + 1),
      what,
      data: { value: data },
      options: { value: options },
      who,
      ...(signal && { signal }),
    });
    if (ending.kind !== 'handled' || ending.outcome.kind !== 'conflict') return ending;
    const definition = aggregates.find((one) => one.category === category)?.commands[what];
    if (definition?.onConflict === 'fail') return ending;
    throw new KitError('store-unavailable', `Others are always faster on ${stream}. Try again.`, { retryable: true });
  } catch (error) {
    if (isKitError(error) && error.retryable) throw error;
    console.error(`${what} of ${stream} has failed`, error);
    const { code, message } = isKitError(error) ? error : { code: 'internal-error' as const, message: '' };
    return { kind: 'failed', code, message };
  }
}

function entryOf(
  { stream, id, what, payloadHash, acceptedAt, deduplicationId }: QueuedCommand,
  { message, sequence }: QueuePlace,
): CommandEntry {
  return { stream, id, what, payloadHash, acceptedAt, deduplicationId, message, sequence };
}
