/**
 * A command becomes a commit: the stream is loaded and folded, the command evaluated on it, and what was decided appended;
 * and again when somebody else was faster.
 */
import type { Accepted, AnyAggregate, Rejection } from '#shared/aggregate/index.ts';
import { assertInTime, type DomainEvent, jsonDigest } from '#shared/event/index.ts';
import { type Attempt, appendDecision, type RecordingPorts, unsettled } from './append-decision.ts';
import type { CommandOutcome, CommandRequest, Precondition } from './command-outcome.ts';
import { earlierAnswer, keptForGood } from './earlier-answer.ts';
import { loadState } from './load-state.ts';
import { retryDelay } from './retry-delay.ts';
import type { StreamState } from './stream-state.ts';

export type CommandHandling = RecordingPorts & {
  readonly random: () => number;
  /** Ends, without an error, when the time is over or the signal is aborted. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<unknown>;
};

/**
 * Of a command that is not tried until its time is over. With 8 attempts, 16 writers that never pause lose a few commands in a
 * thousand on one stream (`npm run bench -- store`).
 */
export const MAXIMUM_ATTEMPTS = 8;

/**
 * Evaluates a command and records its events, exactly once for one command id, all events or none.
 *
 * A stream whose state is cached is decided on without a read: the conditional write is the check. Whatever is answered without a
 * write (a refusal, a failed precondition, nothing to change, a conflict) is answered from a fresh read only; a conflict, or a refusal for
 * a value that another holds, not while a try of this call may still be recorded: that is `store-unavailable`. Safe to retry
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
  let hasLookedBack = false;
  // The version after which a try of this call, whose answer was lost, may still be recorded.
  let openAt: number | undefined;

  for (let mustRead = false; ; mustRead = true) {
    assertInTime(signal);
    if (mustRead || current === undefined) {
      const before: StreamState | undefined = current;
      current = await loadState(handling, aggregate, stream, { before, signal });
      overtaken ||= fresh && before !== undefined && current.token.version > before.token.version;
      fresh = true;
    }
    const earlier = await earlierAnswer(handling.store, request, attempt, current, hasLookedBack);
    if (earlier !== undefined) return earlier;
    // What comes before is the same whatever the stream has become.
    hasLookedBack = true;

    const evaluation = evaluate(aggregate, current, request);
    const isGivenUp = isLastAttempt() || (overtaken && onConflict === 'fail');
    if (isGivenUp && evaluation.kind !== 'precondition-failed') {
      if (openAt === current.token.version) throw unsettled();
      return { kind: 'conflict', attempts: conflicts };
    }

    const outcome =
      evaluation.kind === 'append'
        ? await appendDecision(handling, aggregate, attempt, current, evaluation.decision, openAt)
        : evaluation;
    if (outcome.kind === 'conflict' && 'mayArrive' in outcome && outcome.mayArrive) openAt = current.token.version;
    const answer = fresh ? await keptForGood(handling.store, request, attempt, current, outcome) : outcome;
    if (answer.kind === 'recorded') return answer;
    if (answer.kind !== 'conflict' && fresh) return answer;
    if (answer.kind === 'conflict' && fresh) {
      conflicts += 1;
      if (!isLastAttempt()) await handling.sleep(retryDelay(conflicts, handling.random), signal);
    }
  }
}

/** What became of an earlier copy of a command, told as `handleCommand` tells it; nothing when there is none. */
export async function earlierOutcome(
  handling: CommandHandling,
  aggregate: AnyAggregate,
  request: CommandRequest,
): Promise<CommandOutcome | undefined> {
  const { stream, commandId, command, signal } = request;
  if (commandId === undefined) return undefined;
  const current = await loadState(handling, aggregate, stream, { before: handling.cache.get(stream), signal });
  const hash = request.payloadHash ?? payloadHash(command.what, command.data);
  return earlierAnswer(handling.store, request, { commandId, payloadHash: hash }, current, false);
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
    isFinal: request.isFinal ?? false,
    signal,
  };
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
