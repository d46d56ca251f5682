/** What does a command handler know of a stream? Its state, its latest commands, and how far the last snapshot is back. */
import { type AnyAggregate, fold } from '#shared/aggregate/index.ts';
import type { DomainEvent } from '#shared/event/index.ts';
import {
  type CommandRecord,
  commandRecord,
  type LoadedStream,
  type NewCommit,
  type SinceSnapshot,
  type StreamToken,
  snapshotDue,
  snapshotFits,
  snapshotSchemaOf,
} from '#shared/event-store/index.ts';

export type StreamState = {
  readonly token: StreamToken;
  readonly state: unknown;
  /** Oldest first: the command itself and the {@link COMMAND_WINDOW} before it, or all there are. */
  readonly commands: readonly CommandRecord[];
  readonly sinceSnapshot: SinceSnapshot;
  /** Of the newest commit; nothing when there is none. */
  readonly recordedAt: string | undefined;
  /** How long the state is as JSON, about: as it was last measured, and all events since. */
  readonly stateBytes: number;
};

/** A repeat is recognised after this many other commands of the stream, at least. */
export const COMMAND_WINDOW = 100;

const NOTHING_SINCE: SinceSnapshot = { events: 0, bytes: 0 };

/** A stream as loaded from the store: from its snapshot when there is one, else from what was known of it before. */
export function foldLoaded(
  { decider }: AnyAggregate,
  { token, snapshot, commits, bytes, recordedAt }: LoadedStream,
  before?: StreamState,
): StreamState {
  const from = snapshot ?? before ?? { state: decider.initialState, commands: [] };
  const since = snapshot === undefined && before !== undefined ? before.sinceSnapshot : NOTHING_SINCE;
  const events = commits.flatMap((commit) => commit.events);
  return {
    token,
    state: fold(decider, events, from.state),
    commands: latest([...from.commands, ...commits.flatMap((commit) => commandRecord(commit) ?? [])]),
    sinceSnapshot: { events: since.events + events.length, bytes: since.bytes + bytes },
    recordedAt: recordedAt ?? before?.recordedAt,
    stateBytes: (snapshot?.bytes ?? before?.stateBytes ?? 0) + bytes,
  };
}

/** The commit with the snapshot that it is due to carry, and what is known of the stream once it is appended. */
export function withSnapshot(
  { decider }: AnyAggregate,
  { token, ...current }: StreamState,
  bare: NewCommit,
): { readonly commit: NewCommit; readonly after: Omit<StreamState, 'token'> } {
  const text = JSON.stringify(bare.events);
  const state = fold(decider, JSON.parse(text) as DomainEvent[], current.state); // as it will be read back
  const record = commandRecord({ ...bare, version: token.version + 1 });
  const commands = latest(record === undefined ? current.commands : [...current.commands, record]);
  const bytes = Buffer.byteLength(text);
  const sinceSnapshot = {
    events: current.sinceSnapshot.events + bare.events.length,
    bytes: current.sinceSnapshot.bytes + bytes,
  };
  const after = { state, commands, recordedAt: bare.recordedAt };
  if (snapshotDue(sinceSnapshot)) {
    const commit = { ...bare, snapshot: { schema: snapshotSchemaOf(decider), state, commands } };
    const stateBytes = Buffer.byteLength(JSON.stringify(state));
    if (snapshotFits(token, commit)) return { commit, after: { ...after, sinceSnapshot: NOTHING_SINCE, stateBytes } };
  }
  return { commit: bare, after: { ...after, sinceSnapshot, stateBytes: current.stateBytes + bytes } };
}

const latest = (commands: readonly CommandRecord[]) => commands.slice(-(COMMAND_WINDOW + 1));
