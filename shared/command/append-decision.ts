/** How is a decision recorded? As one commit, with the unique values that it claims or releases. */
import type { Accepted } from '#shared/decider/index.ts';
import { type DomainEvent, definitionOf, newestSchemaVersion } from '#shared/event/index.ts';
import type { AppendOutcome, NewCommit, StreamSlice } from '#shared/store/index.ts';
import type { AnyAggregate } from './aggregate.ts';
import { type FoldedStream, withSnapshot } from './folded-stream.ts';
import type { CommandHandling, CommandOutcome, CommandRequest } from './handle-command.ts';

/** One call of the command handler: the same for all its tries. */
export type Attempt = {
  readonly request: CommandRequest;
  /** The caller's, or made once: a try whose answer was lost is recognised by it. */
  readonly commandId: string;
  readonly receivedAt: string;
  readonly hash: string;
};

type Recorded = Extract<CommandOutcome, { kind: 'recorded' | 'rejected' }> | { readonly kind: 'conflict' };

/** One conditional write; a transaction only when unique values change hands. */
export async function appendDecision(
  handling: CommandHandling,
  aggregate: AnyAggregate,
  attempt: Attempt,
  known: FoldedStream,
  decision: Accepted<DomainEvent>,
): Promise<Recorded> {
  const { slice } = known;
  const { commit, after } = withSnapshot(aggregate, known, toCommit(handling, aggregate, attempt, known, decision));
  const outcome = await write(handling, slice, commit, decision);
  switch (outcome.kind) {
    case 'conflict':
      return outcome;
    case 'unique-value-taken': {
      const { unique } = outcome;
      const claim = decision.claims.find(
        ({ unique: { name, value } }) => name === unique.name && value === unique.value,
      );
      if (claim === undefined) throw new Error(`a claim of ${unique.name} failed that nobody made`);
      return { kind: 'rejected', rejection: claim.refusal };
    }
    case 'appended': {
      const [next] = outcome.slices;
      if (next === undefined) throw new Error(`an append to ${slice.stream} gave no slice`);
      handling.warm.set({ ...after, slice: next });
      const events = commit.events.map(({ id, what }, index) => ({ id, what, version: slice.version + 1 + index }));
      return { kind: 'recorded', version: next.version, events, replayed: false };
    }
  }
}

function write(
  { store }: CommandHandling,
  slice: StreamSlice,
  commit: NewCommit,
  { claims, releases }: Accepted<DomainEvent>,
): Promise<AppendOutcome> {
  if (claims.length === 0 && releases.length === 0) return store.append(slice, commit);
  return store.appendAll([{ slice, commit }], { claims: claims.map(({ unique }) => unique), releases });
}

function toCommit(
  { clock, ids }: CommandHandling,
  { events: definitions }: AnyAggregate,
  { request, commandId, receivedAt, hash }: Attempt,
  known: FoldedStream,
  { events }: Accepted<DomainEvent>,
): NewCommit {
  const now = clock().toISOString();
  // Clocks of different machines differ: what is recorded later never says that it was earlier.
  const recordedAt = known.recordedAt !== undefined && known.recordedAt > now ? known.recordedAt : now;
  return {
    recordedAt,
    who: request.who,
    why: { id: commandId, what: request.command.what, when: receivedAt, who: request.who, payloadHash: hash },
    // The caller's id is one only within the stream; a story may go through many.
    correlationId: request.correlationId ?? (request.commandId === undefined ? commandId : ids()),
    causationId: request.causationId ?? commandId,
    events: events.map(({ what, data, effectiveAt }) => ({
      id: ids(),
      what,
      data,
      effectiveAt: effectiveAt ?? recordedAt,
      schemaVersion: newestSchemaVersion(definitionOf(definitions, what)),
    })),
  };
}
