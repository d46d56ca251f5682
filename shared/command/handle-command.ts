/** How does a command become a commit? Load, fold, decide, append; and again when somebody else was faster. */
import type { Accepted, AnyAggregate, Command, Rejection } from '#shared/aggregate/index.ts';
import { type DomainEvent, jsonDigest, KitError, type StreamId } from '#shared/event/index.ts';
import { type CommandRecord, type EventStore, lastVersion, snapshotSchemaOf } from '#shared/event-store/index.ts';
import { type Attempt, appendDecision } from './append-decision.ts';
import type { StateCache } from './state-cache.ts';
import { foldLoaded, type StreamState } from './stream-state.ts';

export type CommandHandling = {
  readonly store: EventStore;
  readonly cache: StateCache;
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
 * A stream whose state is cached is decided on without a read: the conditional write is the check. Whatever is answered without a
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
  const cached = handling.cache.get(request.stream);
  let current = cached ?? (await load(handling, aggregate, request.stream));
  let fresh = cached === undefined;
  // A conflict counts when the state was fresh: otherwise it only says that the state was not.
  let conflicts = 0;
  // Not every conflict means that the stream has moved on: the write that was in the way may have come to nothing.
  let overtaken = false;

  for (;;) {
    if (request.signal?.aborted) throw outOfTime(request.stream);
    const earlier = current.commands.findLast(({ id }) => id === attempt.commandId);
    if (earlier !== undefined) return replay(handling.store, attempt, earlier);

    const evaluation = evaluate(aggregate, current, request);
    const isGivenUp = conflicts === MAXIMUM_ATTEMPTS || (overtaken && failsWhenOvertaken);
    if (isGivenUp && evaluation.kind !== 'precondition-failed') return { kind: 'conflict', attempts: conflicts };

    const answer =
      evaluation.kind === 'append'
        ? await appendDecision(handling, aggregate, attempt, current, evaluation.decision)
        : evaluation;
    if (answer.kind === 'recorded') return answer;
    if (answer.kind !== 'conflict' && fresh) return answer;
    if (answer.kind === 'conflict' && fresh) {
      conflicts += 1;
      if (conflicts < MAXIMUM_ATTEMPTS) await handling.sleep(retryDelay(conflicts, handling.random));
    }
    const { version } = current.token;
    current = await load(handling, aggregate, request.stream, current);
    overtaken ||= fresh && current.token.version > version;
    fresh = true;
  }
}

const outOfTime = (stream: StreamId) =>
  new KitError('out-of-time', `There is no time left to try a command on ${stream} again.`, { retryable: true });

/** The stream as it is now: all of it, or what came after what is current. */
async function load(
  { store, cache }: CommandHandling,
  aggregate: AnyAggregate,
  stream: StreamId,
  before?: StreamState,
): Promise<StreamState> {
  const options = { snapshotSchema: snapshotSchemaOf(aggregate.decider) };
  const loaded = await (before === undefined ? store.load(stream, options) : store.loadTail(before.token, options));
  const current = foldLoaded(aggregate, loaded, before);
  cache.set(current);
  return current;
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

/** What must hold of the stream's version before the command is looked at; `new` is version 0. */
export type Precondition =
  | { readonly kind: 'version'; readonly version: number }
  | { readonly kind: 'exists' }
  | { readonly kind: 'new' };

export type Evaluation =
  | { readonly kind: 'append'; readonly decision: Accepted<DomainEvent> }
  | { readonly kind: 'unchanged'; readonly version: number }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  | { readonly kind: 'precondition-failed'; readonly version: number };

/** Pure. Only `append` may be acted on when `current` is not fresh: the write finds out; nothing would find out the others. */
export function evaluate(
  { decider }: AnyAggregate,
  { token: { version }, state }: StreamState,
  { command, precondition }: { readonly command: Command; readonly precondition?: Precondition },
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

/** A digest of name and data; 128 bits, so two payloads never share one by chance. */
export const payloadHash = ({ what, data }: Command): string => jsonDigest([what, data]).slice(0, 22);

/** With 8 attempts, 16 writers that never pause lose a few commands in a thousand on one stream (`npm run bench -- store`). */
export const MAXIMUM_ATTEMPTS = 8;

const BASE_MS = 10;
const CAP_MS = 3_000;

/**
 * Full jitter: anything from nothing to a bound that triples with each attempt. In milliseconds. A first conflict costs little;
 * who keeps losing waits until the others are through, at most ten seconds in all, which fits into a request.
 */
export const retryDelay = (attempt: number, random: () => number): number =>
  random() * Math.min(CAP_MS, BASE_MS * 3 ** attempt);
