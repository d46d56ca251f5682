/**
 * A decision is recorded as one commit, together with the unique values that it claims or releases: one conditional write, a
 * transaction only when values change hands.
 */
import type { Accepted, AnyAggregate, Rejection } from '#shared/aggregate/index.ts';
import { type DomainEvent, definitionOf, KitError, newestSchemaVersion } from '#shared/event/index.ts';
import {
  type AppendOutcome,
  type EventStore,
  eventIdAt,
  type NewCommit,
  type StreamToken,
} from '#shared/event-store/index.ts';
import type { StateCache } from './state-cache.ts';
import { type StreamState, withEvents } from './stream-state.ts';

export type RecordingPorts = {
  readonly store: EventStore;
  readonly cache: StateCache;
  readonly clock: () => Date;
  /** Makes UUIDs, no two alike. */
  readonly ids: () => string;
};

/** A command on its way into the log: the same for all its tries. */
export type Attempt = {
  /** Of the commit; the ids of its events are derived from it. */
  readonly id: string;
  /** The caller's, or the commit's: a try whose answer was lost is recognised by it. */
  readonly commandId: string;
  readonly what: string;
  readonly payloadHash: string;
  readonly who: string;
  readonly receivedAt: string;
  readonly correlationId: string;
  readonly causationId: string;
  /** Not to be recorded once another answer has been kept. */
  readonly isFinal: boolean;
  readonly signal: AbortSignal | undefined;
};

export type Recorded = {
  readonly kind: 'recorded';
  /** That of the last event. */
  readonly version: number;
  readonly events: readonly { readonly id: string; readonly what: string; readonly version: number }[];
  /** Whether an earlier copy of the command did it. */
  readonly replayed: boolean;
};

type Appended =
  | Recorded
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  /** `mayArrive`: a try of it may still be recorded, as long as the stream stays where it was. */
  | { readonly kind: 'conflict'; readonly mayArrive?: true };

/** Whatever were answered now, a try of the same call might still be recorded. */
export const unsettled = (): KitError =>
  new KitError('store-unavailable', 'An earlier try of the command may still be recorded. Try again.', {
    retryable: true,
  });

/** A claim that fails is a refusal, in the words of the decision. Throws what the store throws. */
export async function appendDecision(
  { store, cache, clock }: RecordingPorts,
  aggregate: AnyAggregate,
  attempt: Attempt,
  current: StreamState,
  decision: Accepted<DomainEvent>,
  openAt: number | undefined,
): Promise<Appended> {
  const { token } = current;
  const bare = toCommit(clock(), aggregate, attempt, current, decision);
  const { commit, stateAfter } = withEvents(aggregate, current, bare);
  const outcome = await append(store, token, commit, decision, attempt);
  switch (outcome.kind) {
    case 'conflict':
      return outcome;
    case 'unique-value-taken': {
      const { unique, mayArrive = openAt === token.version } = outcome;
      // Unlike everything else, a value can be free again though the stream has not moved on. What is final keeps its answer there.
      if (mayArrive && !attempt.isFinal) throw unsettled();
      const claim = decision.claims.find(
        ({ unique: { name, value } }) => name === unique.name && value === unique.value,
      );
      if (claim === undefined) throw new Error(`a claim of ${unique.name} failed that nobody made`);
      return { kind: 'rejected', rejection: claim.refusal };
    }
    case 'appended': {
      const [after] = outcome.streams;
      if (after === undefined) throw new Error(`an append to ${token.stream} gave no token`);
      cache.set(stateAfter(after));
      const events = commit.events.map(({ id, what }, index) => ({ id, what, version: token.version + 1 + index }));
      return { kind: 'recorded', version: after.token.version, events, replayed: false };
    }
  }
}

function append(
  store: EventStore,
  token: StreamToken,
  commit: NewCommit,
  { claims, releases }: Accepted<DomainEvent>,
  { commandId, isFinal, signal }: Attempt,
): Promise<AppendOutcome> {
  if (claims.length === 0 && releases.length === 0) return store.append(token, commit, { signal });
  // Whether a value is taken does not follow from the stream's version, so the version alone does not keep a copy out.
  const unanswered = isFinal ? commandId : undefined;
  const unique = { claims: claims.map(({ unique }) => unique), releases, unanswered };
  return store.appendAll([{ token, commit }], unique, { signal });
}

function toCommit(
  clock: Date,
  { events: definitions, isOneStory = false }: AnyAggregate,
  attempt: Attempt,
  current: StreamState,
  { events }: Accepted<DomainEvent>,
): NewCommit {
  const { id, commandId, what, who, receivedAt, payloadHash, correlationId, causationId } = attempt;
  const now = clock.toISOString();
  // Clocks of different machines differ: what is recorded later never says that it was earlier.
  const recordedAt = current.recordedAt !== undefined && current.recordedAt > now ? current.recordedAt : now;
  return {
    recordedAt,
    who,
    why: { id: commandId, what, when: receivedAt, who, payloadHash },
    correlationId: isOneStory ? (current.correlationId ?? correlationId) : correlationId,
    causationId,
    events: events.map((event, index) => ({
      id: eventIdAt(id, index),
      what: event.what,
      data: event.data,
      effectiveAt: event.effectiveAt ?? recordedAt,
      schemaVersion: newestSchemaVersion(definitionOf(definitions, event.what)),
    })),
  };
}
