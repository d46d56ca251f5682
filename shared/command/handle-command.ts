/** How does a command become a commit? Load, fold, decide, append; and again when somebody else was faster. */
import type { Rejection } from '#shared/decider/index.ts';
import { KitError } from '#shared/event/index.ts';
import { type CommandRecord, type EventStore, lastVersion } from '#shared/store/index.ts';
import type { StreamId } from '#shared/stream/index.ts';
import type { AnyAggregate } from './aggregate.ts';
import { type Attempt, appendDecision } from './append-decision.ts';
import type { Command } from './command-definitions.ts';
import { type FoldedStream, foldLoaded } from './folded-stream.ts';
import { judge, type Precondition } from './judge.ts';
import { payloadHash } from './payload-hash.ts';
import { MAXIMUM_ATTEMPTS, retryDelay } from './retry.ts';
import { snapshotSchemaOf } from './snapshot-schema.ts';
import type { WarmStreams } from './warm-streams.ts';

export type CommandHandling = {
  readonly store: EventStore;
  readonly warm: WarmStreams;
  readonly clock: () => Date;
  /** Unique ids for events and commands. */
  readonly ids: () => string;
  readonly random: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
};

export type CommandRequest = {
  readonly stream: StreamId;
  readonly command: Command;
  readonly who: string;
  /** From the caller. A repeat of a command that committed is answered as the first time. */
  readonly commandId?: string;
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly precondition?: Precondition;
  /** Once it is aborted, nothing more is tried: nobody waits for the answer any longer. */
  readonly signal?: AbortSignal;
};

type RecordedReference = { readonly id: string; readonly what: string; readonly version: number };

export type CommandOutcome =
  /** Recorded. `version` is that of the last event; `replayed` says that an earlier copy of the command did it. */
  | {
      readonly kind: 'recorded';
      readonly version: number;
      readonly events: readonly RecordedReference[];
      readonly replayed: boolean;
    }
  /** The command is fine and changes nothing. */
  | { readonly kind: 'unchanged'; readonly version: number }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  | { readonly kind: 'precondition-failed'; readonly version: number }
  | { readonly kind: 'command-id-reused' }
  | { readonly kind: 'conflict'; readonly attempts: number };

/**
 * Decides a command and records its events, exactly once for one command id, all events or none.
 *
 * A stream that is warm is decided on without a read: the conditional write is the check. Whatever is answered without a
 * write (a refusal, a failed precondition, nothing to change, a conflict) is answered from a fresh read only. Safe to retry
 * with the same command id whatever happened to the answer; without one, the command may have been recorded when this throws
 * `store-unavailable` or `out-of-time`. Throws what the store throws, and `out-of-time` when the signal ends its tries.
 */
export async function handleCommand(
  handling: CommandHandling,
  aggregate: AnyAggregate,
  request: CommandRequest,
): Promise<CommandOutcome> {
  const attempt = {
    request,
    commandId: request.commandId ?? handling.ids(),
    receivedAt: handling.clock().toISOString(),
    hash: payloadHash(request.command),
  };
  const failsWhenOvertaken = aggregate.commands[request.command.what]?.onConflict === 'fail';
  const warm = handling.warm.get(request.stream);
  let known = warm ?? (await load(handling, aggregate, request.stream));
  let fresh = warm === undefined;
  // A conflict counts when the state was fresh: otherwise it only says that the state was not.
  let conflicts = 0;
  // Not every conflict means that the stream has moved on: the write that was in the way may have come to nothing.
  let overtaken = false;

  for (;;) {
    if (request.signal?.aborted) throw outOfTime(request.stream);
    const earlier = known.commands.findLast(({ id }) => id === attempt.commandId);
    if (earlier !== undefined) return replay(handling.store, attempt, earlier);

    const verdict = judge(aggregate, known, request);
    const isGivenUp = conflicts === MAXIMUM_ATTEMPTS || (overtaken && failsWhenOvertaken);
    if (isGivenUp && verdict.kind !== 'precondition-failed') return { kind: 'conflict', attempts: conflicts };

    const answer =
      verdict.kind === 'append' ? await appendDecision(handling, aggregate, attempt, known, verdict.decision) : verdict;
    if (answer.kind === 'recorded') return answer;
    if (answer.kind !== 'conflict' && fresh) return answer;
    if (answer.kind === 'conflict' && fresh) {
      conflicts += 1;
      if (conflicts < MAXIMUM_ATTEMPTS) await handling.sleep(retryDelay(conflicts, handling.random));
    }
    const { version } = known.slice;
    known = await load(handling, aggregate, request.stream, known);
    overtaken ||= fresh && known.slice.version > version;
    fresh = true;
  }
}

const outOfTime = (stream: StreamId) =>
  new KitError('out-of-time', `There is no time left to try a command on ${stream} again.`, { retryable: true });

/** The stream as it is now: all of it, or what came after what is known. */
async function load(
  { store, warm }: CommandHandling,
  aggregate: AnyAggregate,
  stream: StreamId,
  before?: FoldedStream,
): Promise<FoldedStream> {
  const wish = { snapshotSchema: snapshotSchemaOf(aggregate.decider) };
  const loaded = await (before === undefined ? store.load(stream, wish) : store.loadTail(before.slice, wish));
  const known = foldLoaded(aggregate, loaded, before);
  warm.set(known);
  return known;
}

/** The first outcome of a command, from the commit that it made. */
async function replay(store: EventStore, { request, hash }: Attempt, earlier: CommandRecord): Promise<CommandOutcome> {
  if (earlier.payloadHash !== hash) return { kind: 'command-id-reused' };
  const { stream } = request;
  const commit = await store.readCommit(stream, earlier.version);
  if (commit === undefined) throw new Error(`the commit of ${stream} at version ${earlier.version} is gone`);
  const events = commit.events.map(({ id, what }, index) => ({ id, what, version: commit.version + index }));
  // An id that was made here can only have been met by a try of this same call, whose answer was lost.
  return { kind: 'recorded', version: lastVersion(commit), events, replayed: request.commandId !== undefined };
}
