/** How does a command become a commit? Load, fold, decide, append; and again when somebody else was faster. */
import type { Rejection } from '#shared/decider/index.ts';
import { type EventStore, lastVersion } from '#shared/store/index.ts';
import type { StreamId } from '#shared/stream/index.ts';
import type { AnyAggregate } from './aggregate.ts';
import { appendDecision } from './append-decision.ts';
import type { Command } from './command-definitions.ts';
import { type FoldedStream, foldLoaded, foldTail } from './folded-stream.ts';
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
};

export type RecordedReference = { readonly id: string; readonly what: string; readonly version: number };

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
 * A stream that is warm is decided on without a read: the conditional write is the check. Whatever would be answered without
 * a write (a rejection, a failed precondition, nothing to change) is answered from a fresh read only. Safe to retry with the
 * same command id whatever happened to the answer. Throws what the store throws.
 */
export async function handleCommand(
  handling: CommandHandling,
  aggregate: AnyAggregate,
  request: CommandRequest,
): Promise<CommandOutcome> {
  const receivedAt = handling.clock().toISOString();
  const hash = payloadHash(request.command);
  const retries = aggregate.commands[request.command.what]?.onConflict !== 'fail';
  const warm = handling.warm.get(request.stream);
  let known = warm ?? (await load(handling, aggregate, request.stream));
  let fresh = warm === undefined;
  let conflicts = 0;

  for (;;) {
    const earlier = known.commands.find(({ id }) => id === request.commandId);
    if (earlier !== undefined) {
      return earlier.payloadHash === hash
        ? replay(handling.store, request.stream, earlier.version)
        : { kind: 'command-id-reused' };
    }
    if (conflicts > 0 && (!retries || conflicts === MAXIMUM_ATTEMPTS)) return { kind: 'conflict', attempts: conflicts };

    const verdict = judge(aggregate, known, request);
    if (verdict.kind === 'append') {
      const outcome = await appendDecision(handling, aggregate, { request, known, receivedAt, hash }, verdict.decision);
      if (outcome.kind !== 'conflict') return outcome;
      conflicts += 1;
      if (retries) await handling.sleep(retryDelay(conflicts, handling.random));
    } else if (fresh) {
      return verdict;
    }
    known = await reload(handling, aggregate, known);
    fresh = true;
  }
}

async function load(
  { store, warm }: CommandHandling,
  aggregate: AnyAggregate,
  stream: StreamId,
): Promise<FoldedStream> {
  const snapshotSchema = snapshotSchemaOf(aggregate.decider);
  const known = foldLoaded(aggregate, await store.load(stream, { snapshotSchema }));
  warm.set(known);
  return known;
}

async function reload(
  { store, warm }: CommandHandling,
  aggregate: AnyAggregate,
  known: FoldedStream,
): Promise<FoldedStream> {
  const newer = foldTail(aggregate, await store.loadTail(known.slice), known);
  warm.set(newer);
  return newer;
}

/** The first outcome of a command, from the commit that it made. */
async function replay(store: EventStore, stream: StreamId, version: number): Promise<CommandOutcome> {
  const commit = await store.readCommit(stream, version);
  if (commit === undefined) throw new Error(`the commit of ${stream} at version ${version} is gone`);
  const events = commit.events.map(({ id, what }, index) => ({ id, what, version: version + index }));
  return { kind: 'recorded', version: lastVersion(commit), events, replayed: true };
}
