/**
 * A command becomes a commit: the stream is loaded and folded, the command evaluated on it, and what was decided appended;
 * and again when somebody else was faster.
 */
import type { Accepted, AnyAggregate, Command, Rejection } from '#shared/aggregate/index.ts';
import { assertInTime, type DomainEvent, jsonDigest, type StreamId } from '#shared/event/index.ts';
import { type CommandRecord, type EventStore, lastVersion, snapshotSchemaOf } from '#shared/event-store/index.ts';
import { type Attempt, appendDecision, type Recorded, type RecordingPorts } from './append-decision.ts';
import { retryDelay } from './retry-delay.ts';
import { foldLoaded, type StreamState } from './stream-state.ts';

export type CommandHandling = RecordingPorts & {
  readonly random: () => number;
  /** Ends, without an error, when the time is over or the signal is aborted. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<unknown>;
};

export type CommandRequest = {
  readonly stream: StreamId;
  readonly command: Command;
  readonly who: string;
  /** From the caller. A repeat of a command that committed is answered as the first time. */
  readonly commandId?: string;
  /** Of what was sent, by which a repeat is told from a reuse of the id; made of the command when it is left out. */
  readonly payloadHash?: string;
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly precondition?: Precondition;
  /** Once it is aborted, requests under way are given up and no other is begun: nobody waits for the answer any longer. */
  readonly signal?: AbortSignal;
};

/** What must hold of the stream's version before the command is looked at; `new` is version 0. */
export type Precondition =
  | { readonly kind: 'version'; readonly version: number }
  | { readonly kind: 'exists' }
  | { readonly kind: 'new' };

export type CommandOutcome =
  | Recorded
  /** The command is fine and changes nothing. */
  | { readonly kind: 'unchanged'; readonly version: number }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  | { readonly kind: 'precondition-failed'; readonly version: number }
  | { readonly kind: 'command-id-reused' }
  | { readonly kind: 'conflict'; readonly attempts: number };

/**
 * Of a command that is not tried until its time is over. With 8 attempts, 16 writers that never pause lose a few commands in a
 * thousand on one stream (`npm run bench -- store`).
 */
export const MAXIMUM_ATTEMPTS = 8;

/**
 * Evaluates a command and records its events, exactly once for one command id, all events or none.
 *
 * A stream whose state is cached is decided on without a read: the conditional write is the check. Whatever is answered without a
 * write (a refusal, a failed precondition, nothing to change, a conflict) is answered from a fresh read only. Safe to retry
 * with the same command id whatever happened to the answer; without one, the command may have been recorded when this throws
 * `store-unavailable` or `out-of-time`. Throws what the store throws, and `out-of-time` once the signal is aborted: only that
 * ends a command whose policy is `until-out-of-time` while others keep being faster.
 */
export async function handleCommand(
  handling: CommandHandling,
  aggregate: AnyAggregate,
  request: CommandRequest,
): Promise<CommandOutcome> {
  const { stream, signal } = request;
  const attempt = attemptOf(handling, request);
  const { onConflict = 'retry' } = aggregate.commands[request.command.what] ?? {};
  const isLastAttempt = () => onConflict !== 'until-out-of-time' && conflicts === MAXIMUM_ATTEMPTS;
  let current = handling.cache.get(stream);
  let fresh = false;
  // A conflict counts when the state was fresh: otherwise it only says that the state was not.
  let conflicts = 0;
  // Not every conflict means that the stream has moved on: the write that was in the way may have come to nothing.
  let overtaken = false;

  for (let mustRead = false; ; mustRead = true) {
    assertInTime(signal);
    if (mustRead || current === undefined) {
      const before: StreamState | undefined = current;
      current = await load(handling, aggregate, request, before);
      overtaken ||= fresh && before !== undefined && current.token.version > before.token.version;
      fresh = true;
    }
    const earlier = current.commands.findLast(({ id }) => id === attempt.commandId);
    if (earlier !== undefined) return replay(handling.store, request, earlier);

    const evaluation = evaluate(aggregate, current, request);
    const isGivenUp = isLastAttempt() || (overtaken && onConflict === 'fail');
    if (isGivenUp && evaluation.kind !== 'precondition-failed') return { kind: 'conflict', attempts: conflicts };

    const answer =
      evaluation.kind === 'append'
        ? await appendDecision(handling, aggregate, attempt, current, evaluation.decision)
        : evaluation;
    if (answer.kind === 'recorded') return answer;
    if (answer.kind !== 'conflict' && fresh) return answer;
    if (answer.kind === 'conflict' && fresh) {
      conflicts += 1;
      if (!isLastAttempt()) await handling.sleep(retryDelay(conflicts, handling.random), signal);
    }
  }
}

/** What became of an earlier copy of a command, told as `handleCommand` tells it; nothing when none is among the latest of its stream. */
export async function earlierOutcome(
  handling: CommandHandling,
  aggregate: AnyAggregate,
  request: CommandRequest,
): Promise<CommandOutcome | undefined> {
  const { stream, commandId } = request;
  if (commandId === undefined) return undefined;
  const { commands } = await load(handling, aggregate, request, handling.cache.get(stream));
  const earlier = commands.findLast(({ id }) => id === commandId);
  return earlier && replay(handling.store, request, earlier);
}

/** A digest of a command's name and data, whatever the order of keys; 72 bits, to tell a repeat from a reuse of its id. */
export const payloadHash = (what: string, data: unknown): string => jsonDigest([what, data]).slice(0, 12);

const sentHash = ({ command: { what, data }, payloadHash: sent = payloadHash(what, data) }: CommandRequest): string =>
  sent;

function attemptOf({ ids, clock }: CommandHandling, request: CommandRequest): Attempt {
  const id = ids();
  const { command, who, commandId = id, signal } = request;
  return {
    id,
    commandId,
    what: command.what,
    payloadHash: sentHash(request),
    who,
    receivedAt: clock().toISOString(),
    // The caller's id is one only within the stream; a story may go through many.
    correlationId: request.correlationId ?? id,
    causationId: request.causationId ?? commandId,
    signal,
  };
}

/** The stream as it is now: all of it, or what came after what was current. */
async function load(
  { store, cache }: CommandHandling,
  aggregate: AnyAggregate,
  { stream, signal }: CommandRequest,
  before: StreamState | undefined,
): Promise<StreamState> {
  const options = { snapshotSchema: snapshotSchemaOf(aggregate.decider), signal };
  const loaded = await (before === undefined ? store.load(stream, options) : store.loadTail(before.token, options));
  const current = foldLoaded(aggregate, loaded, before);
  cache.set(current);
  return current;
}

/** The first outcome of a command, from the commit that it made. */
async function replay(store: EventStore, request: CommandRequest, earlier: CommandRecord): Promise<CommandOutcome> {
  const { stream, commandId, signal } = request;
  // Longer digests were recorded once; they begin like those of today.
  if (!earlier.payloadHash.startsWith(sentHash(request))) return { kind: 'command-id-reused' };
  const commit = await store.readCommit(stream, earlier.version, { signal });
  if (commit === undefined) throw new Error(`the commit of ${stream} at version ${earlier.version} is gone`);
  const events = commit.events.map(({ id, what }, index) => ({ id, what, version: commit.version + index }));
  // An id that was made here can only have been met by a try of this same call, whose answer was lost.
  return { kind: 'recorded', version: lastVersion(commit), events, replayed: commandId !== undefined };
}

type Evaluation =
  | { readonly kind: 'append'; readonly decision: Accepted<DomainEvent> }
  | { readonly kind: 'unchanged'; readonly version: number }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  | { readonly kind: 'precondition-failed'; readonly version: number };

/** Pure. Only `append` may be acted on when `current` is not fresh: the write finds out; nothing would find out the others. */
function evaluate(
  { decider }: AnyAggregate,
  { token: { version }, state }: StreamState,
  { command, precondition }: CommandRequest,
): Evaluation {
  if (precondition !== undefined && !holds(precondition, version)) return { kind: 'precondition-failed', version };
  const decision = decider.decide(command, state);
  if (decision.kind === 'rejected') return { kind: 'rejected', rejection: decision };
  if (decision.events.length === 0) return { kind: 'unchanged', version };
  return { kind: 'append', decision };
}

function holds(precondition: Precondition, version: number): boolean {
  switch (precondition.kind) {
    case 'version':
      return version === precondition.version;
    case 'exists':
      return version > 0;
    case 'new':
      return version === 0;
  }
}
