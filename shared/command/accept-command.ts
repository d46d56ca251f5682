/** A command is accepted to be answered later: it goes into a queue that keeps the order of its stream, then into the command log. */
import { jsonDigest, type StreamId } from '#shared/event/index.ts';
import { type CommandEntry, type CommandLog, type QueuePlace, statusOf } from './command-log.ts';
import type { Precondition } from './command-outcome.ts';
import type { CheckedCommand } from './dispatch.ts';

/** A command on its way through the queue, as it was sent. */
export type QueuedCommand = Omit<CommandEntry, keyof QueuePlace | 'ending'> & {
  readonly data: unknown;
  readonly who: string;
  readonly correlationId?: string;
  readonly precondition?: Precondition;
};

/** First in, first out within a stream. */
export type CommandQueue = {
  /**
   * A copy of a message that it has had within minutes, by its deduplication id, is left out and gets the place of the first.
   * Throws `store-unavailable`, after which the message may be in the queue, and `commit-too-large`.
   */
  send(command: QueuedCommand): Promise<QueuePlace>;
};

export type AcceptingPorts = {
  readonly log: CommandLog;
  readonly queue: CommandQueue;
  readonly clock: () => Date;
  readonly ids: () => string;
};

export type Acceptance = {
  readonly entry: CommandEntry;
  /** The same command has been accepted before, and has not been refused or failed since. */
  readonly isRepeat: boolean;
};

/**
 * Accepts a command that could be handled now. Once this answers, the command is carried out: it is sent before it is logged,
 * so what is lost is at most the note of it. Safe to retry with the same command id whatever was thrown: the copy is left
 * out by the queue, or recognised when it is carried out. A repeat of a command that was recorded is not sent again; one of a
 * command that was refused, has failed or changed nothing is accepted anew, as are other data under the same id: whether
 * they may have it is found out when they are carried out. Throws what the queue and the log throw.
 */
export async function acceptCommand(
  { log, queue, clock, ids }: AcceptingPorts,
  { request, sent }: CheckedCommand,
): Promise<Acceptance> {
  const { stream, command, payloadHash, commandId, who, correlationId, precondition } = request;
  // Before anything is read: a commit that is recorded from here on is recognised, however many others follow it.
  const now = clock().toISOString();
  const id = commandId ?? ids();
  const earlier = commandId === undefined ? undefined : await log.read(stream, id);
  const same = earlier?.payloadHash === payloadHash ? earlier : undefined;
  if (same !== undefined && statusOf(same) === 'recorded') return { entry: same, isRepeat: true };

  const pending = same !== undefined && statusOf(same) === 'pending' ? same : undefined;
  const described = {
    stream,
    id,
    what: command.what,
    payloadHash,
    acceptedAt: pending?.acceptedAt ?? now,
    deduplicationId: pending?.deduplicationId ?? deduplicationIdOf(stream, id, payloadHash, earlier),
  };
  const place = await queue.send({
    ...described,
    data: sent,
    who,
    ...(correlationId !== undefined && { correlationId }),
    ...(precondition !== undefined && { precondition }),
  });
  const entry = { ...described, ...place };
  await log.write(entry);
  return { entry, isRepeat: pending !== undefined };
}

/** What has ended may be accepted again within the time for which a queue leaves copies out, so the id says what came before. */
const deduplicationIdOf = (stream: StreamId, id: string, payloadHash: string, earlier: CommandEntry | undefined) =>
  jsonDigest([stream, id, payloadHash, earlier?.message ?? null]);
