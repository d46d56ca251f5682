import { type CommandHandling, handleCommand } from '#shared/command/index.ts';
import { jsonDigest, KitError, type StreamId } from '#shared/event/index.ts';
import { inputId, processAggregate, TAKE, type Taken } from './process-aggregate.ts';
import type { AnyProcessManager } from './process-manager.ts';

/** What the log says of an input: the story it belongs to, what caused it, and since when a copy of it may have been taken. */
export type InputOrigin = { readonly correlationId: string; readonly causationId: string; readonly since: string };

/**
 * A process takes an input: its reaction is recorded, exactly once however often this is called for the input. Safe to retry.
 * Throws what handling a command throws, `event-not-applied` when the reaction fails, and `store-unavailable` when others
 * are always faster.
 */
export async function takeInput(
  handling: CommandHandling,
  processManager: AnyProcessManager,
  stream: StreamId,
  taken: Taken,
  { correlationId, causationId, since }: InputOrigin,
): Promise<void> {
  const commandId = inputId(taken);
  const outcome = await handleCommand(handling, processAggregate(processManager), {
    stream,
    command: { what: TAKE, data: taken },
    commandId,
    // The id alone says which input it is: newer code may read the same event in another shape.
    payloadHash: jsonDigest(commandId).slice(0, 12),
    issuedAt: since,
    correlationId,
    causationId,
    who: stream,
  });
  if (outcome.kind === 'recorded' || outcome.kind === 'unchanged') return;
  if (outcome.kind !== 'conflict') throw new Error(`${stream} took ${commandId} as ${outcome.kind}`);
  throw new KitError('store-unavailable', `Others are always faster on ${stream}. Try again.`, { retryable: true });
}
