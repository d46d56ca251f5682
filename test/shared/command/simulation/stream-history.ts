/** The states that a stream has been in, and when it can have been in which. */
import type { Precondition } from '#shared/command/index.ts';
import type { StreamId } from '#shared/event/index.ts';
import { type Commit, type EventStore, lastVersion } from '#shared/event-store/index.ts';
import { type TillEvent, type TillState, tillDecider } from '../../../support/till.ts';
import { answeredAt, type Operation } from './operation.ts';

/** A point in the history of a stream: the state after a commit, or the beginning. */
export type Point = { readonly version: number; readonly state: TillState };

export type StreamHistory = {
  readonly stream: StreamId;
  readonly commits: readonly Commit[];
  /** One more than commits. */
  readonly points: readonly Point[];
  /** What was asked of this stream. */
  readonly operations: readonly Operation[];
};

/** Loading checks that versions are contiguous. */
export async function historyOf(
  store: EventStore,
  stream: StreamId,
  operations: readonly Operation[],
): Promise<StreamHistory> {
  const { commits } = await store.load(stream);
  const points: Point[] = [{ version: 0, state: tillDecider.initialState }];
  for (const commit of commits) {
    const before = points.at(-1)?.state ?? tillDecider.initialState;
    points.push({ version: lastVersion(commit), state: stateAfter(before, commit) });
  }
  return { stream, commits, points, operations: operations.filter((operation) => operation.stream === stream) };
}

export const stateAfter = (state: TillState, { events }: Commit): TillState =>
  (events as unknown as TillEvent[]).reduce(tillDecider.evolve, state); // all events here are a till's

/**
 * The points at which the stream can have been while an operation ran: nothing earlier than what had been acknowledged before
 * it began, nothing that was only sent after its answer.
 */
export function pointsDuring(operation: Operation, { commits, points, operations }: StreamHistory): Point[] {
  const before = operations.filter((other) => answeredAt(other) < operation.invokedAt);
  const lowest = Math.max(0, ...before.map(reachedBy));
  const sentLater = ({ who }: Commit) =>
    (operations.find((other) => other.who === who)?.invokedAt ?? 0) > answeredAt(operation);
  const firstLater = commits.findIndex(sentLater);
  const reachable = firstLater === -1 ? points : points.slice(0, firstLater + 1);
  return reachable.filter(({ version }) => version >= lowest);
}

/** The version that an answer says was reached; 0 when it says nothing of that. */
export const reachedBy = ({ outcome }: Operation): number => (outcome?.kind === 'recorded' ? outcome.version : 0);

export function preconditionHolds(precondition: Precondition | undefined, version: number): boolean {
  switch (precondition?.kind) {
    case undefined:
      return true;
    case 'new':
      return version === 0;
    case 'exists':
      return version > 0;
    case 'version':
      return version === precondition.version;
  }
}
