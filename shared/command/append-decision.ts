/** How is a decision recorded? As one commit, with the unique values that it claims or releases. */
import type { Accepted, AnyAggregate } from '#shared/aggregate/index.ts';
import { type DomainEvent, definitionOf, newestSchemaVersion } from '#shared/event/index.ts';
import type { AppendOutcome, NewCommit, StreamToken } from '#shared/event-store/index.ts';
import type { CommandHandling, CommandOutcome, CommandRequest } from './handle-command.ts';
import { type StreamState, withSnapshot } from './stream-state.ts';

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
  current: StreamState,
  decision: Accepted<DomainEvent>,
): Promise<Recorded> {
  const { token } = current;
  const { commit, after } = withSnapshot(aggregate, current, toCommit(handling, aggregate, attempt, current, decision));
  const outcome = await write(handling, token, commit, decision);
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
      const [next] = outcome.tokens;
      if (next === undefined) throw new Error(`an append to ${token.stream} gave no token`);
      handling.cache.set({ ...after, token: next });
      const events = commit.events.map(({ id, what }, index) => ({ id, what, version: token.version + 1 + index }));
      return { kind: 'recorded', version: next.version, events, replayed: false };
    }
  }
}

function write(
  { store }: CommandHandling,
  token: StreamToken,
  commit: NewCommit,
  { claims, releases }: Accepted<DomainEvent>,
): Promise<AppendOutcome> {
  if (claims.length === 0 && releases.length === 0) return store.append(token, commit);
  return store.appendAll([{ token, commit }], { claims: claims.map(({ unique }) => unique), releases });
}

function toCommit(
  { clock, ids }: CommandHandling,
  { events: definitions }: AnyAggregate,
  { request, commandId, receivedAt, hash }: Attempt,
  current: StreamState,
  { events }: Accepted<DomainEvent>,
): NewCommit {
  const now = clock().toISOString();
  // Clocks of different machines differ: what is recorded later never says that it was earlier.
  const recordedAt = current.recordedAt !== undefined && current.recordedAt > now ? current.recordedAt : now;
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
