/** What does a command handler know of a stream? Its state, its latest commands, and how far the last snapshot is back. */
import type { DomainEvent } from '#shared/event/index.ts';
import {
  type CommandRecord,
  commandRecord,
  type LoadedStream,
  type NewCommit,
  type SinceSnapshot,
  type Snapshot,
  type StreamSlice,
  snapshotDue,
} from '#shared/store/index.ts';
import type { AnyAggregate } from './aggregate.ts';
import { snapshotSchemaOf } from './snapshot-schema.ts';

export type FoldedStream = {
  readonly slice: StreamSlice;
  readonly state: unknown;
  /** At least the last {@link COMMAND_WINDOW} that can be recognised, oldest first, or all there are. */
  readonly commands: readonly CommandRecord[];
  readonly sinceSnapshot: SinceSnapshot;
};

/** A repeat is recognised after this many other commands of the stream, at least. */
export const COMMAND_WINDOW = 100;

/** A stream as loaded from the store, from its snapshot when there is one. */
export function foldLoaded(aggregate: AnyAggregate, loaded: LoadedStream): FoldedStream {
  const { snapshot } = loaded;
  return foldTail(aggregate, loaded, {
    slice: loaded.slice,
    state: snapshot === undefined ? aggregate.decider.initialState : snapshot.state,
    commands: snapshot?.commands ?? [],
    sinceSnapshot: { events: 0, bytes: 0 },
  });
}

/** What was known, and what has been committed since. */
export function foldTail(aggregate: AnyAggregate, tail: LoadedStream, known: FoldedStream): FoldedStream {
  const events = tail.commits.flatMap((commit) => commit.events);
  return {
    slice: tail.slice,
    state: events.reduce(aggregate.decider.evolve, known.state),
    commands: latest([...known.commands, ...tail.commits.flatMap((commit) => commandRecord(commit) ?? [])]),
    sinceSnapshot: {
      events: known.sinceSnapshot.events + events.length,
      bytes: known.sinceSnapshot.bytes + tail.bytes,
    },
  };
}

/** The commit with the snapshot that it is due to carry, and what is known of the stream once it is appended. */
export function withSnapshot(
  aggregate: AnyAggregate,
  known: FoldedStream,
  commit: NewCommit,
): { readonly commit: NewCommit; readonly after: Omit<FoldedStream, 'slice'> } {
  const state = (commit.events as readonly DomainEvent[]).reduce(aggregate.decider.evolve, known.state);
  const own = commandRecord({ ...commit, stream: known.slice.stream, version: known.slice.version + 1 });
  const commands = latest(own === undefined ? known.commands : [...known.commands, own]);
  const sinceSnapshot = {
    events: known.sinceSnapshot.events + commit.events.length,
    bytes: known.sinceSnapshot.bytes + JSON.stringify(commit.events).length,
  };
  if (!snapshotDue(sinceSnapshot)) return { commit, after: { state, commands, sinceSnapshot } };
  const snapshot: Snapshot = { schema: snapshotSchemaOf(aggregate.decider), state, commands };
  return { commit: { ...commit, snapshot }, after: { state, commands, sinceSnapshot: { events: 0, bytes: 0 } } };
}

const latest = (commands: readonly CommandRecord[]) => commands.slice(-(COMMAND_WINDOW + 1));
