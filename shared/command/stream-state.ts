/** What a command handler has of a stream: its state, its latest commands, and how far the last snapshot is back. */
import { type AnyAggregate, fold } from '#shared/aggregate/index.ts';
import {
  type AppendedStream,
  type CommandRecord,
  commandRecord,
  type LoadedStream,
  type NewCommit,
  type SinceSnapshot,
  type StreamToken,
  snapshotDue,
  snapshotSchemaOf,
} from '#shared/event-store/index.ts';

export type StreamState = {
  readonly token: StreamToken;
  readonly state: unknown;
  /** Oldest first: the latest command and the {@link COMMAND_WINDOW} before it, or all there are. */
  readonly commands: readonly CommandRecord[];
  readonly sinceSnapshot: SinceSnapshot;
  /** Of the newest commit; nothing when there is none. */
  readonly recordedAt: string | undefined;
  /** Of the newest commit too. */
  readonly correlationId: string | undefined;
  /** How long the state is as JSON, about: as it was last measured, and all events since. */
  readonly stateBytes: number;
};

/** A repeat is recognised after this many other commands of the stream, at least. */
export const COMMAND_WINDOW = 100;

/** A stream as loaded from the store: from its snapshot when there is one, else from what was current before. */
export function foldLoaded(
  { decider }: AnyAggregate,
  { token, snapshot, commits, bytes, recordedAt, correlationId }: LoadedStream,
  before?: StreamState,
): StreamState {
  const from = snapshot ?? before ?? { state: decider.initialState, commands: [] };
  const since = snapshot === undefined && before !== undefined ? before.sinceSnapshot : NOTHING_SINCE;
  const events = commits.flatMap((commit) => commit.events);
  return {
    token,
    state: fold(decider, events, from.state),
    commands: latest([...from.commands, ...commits.flatMap((commit) => commandRecord(commit) ?? [])]),
    sinceSnapshot: { commits: since.commits + commits.length, bytes: since.bytes + bytes },
    recordedAt: recordedAt ?? before?.recordedAt,
    correlationId: correlationId ?? before?.correlationId,
    stateBytes: (snapshot?.bytes ?? before?.stateBytes ?? 0) + bytes,
  };
}

/** The commit with the snapshot that it is due to carry, and what there is of the stream once it is appended. */
export function withEvents(
  { decider }: AnyAggregate,
  current: StreamState,
  bare: NewCommit,
): { readonly commit: NewCommit; readonly stateAfter: (appended: AppendedStream) => StreamState } {
  const text = JSON.stringify(bare.events.map(({ data }) => data));
  const data = JSON.parse(text) as unknown[]; // as it will be read back
  const events = bare.events.map((event, index) => ({ ...event, data: data[index] }));
  const state = fold(decider, events, current.state);
  const record = commandRecord({ ...bare, version: current.token.version + 1 });
  const commands = latest(record === undefined ? current.commands : [...current.commands, record]);
  const bytes = Buffer.byteLength(text);
  const since = { commits: current.sinceSnapshot.commits + 1, bytes: current.sinceSnapshot.bytes + bytes };
  return {
    commit: snapshotDue(since) ? { ...bare, snapshot: { schema: snapshotSchemaOf(decider), state, commands } } : bare,
    stateAfter: ({ token, snapshotBytes }) => ({
      token,
      state,
      commands,
      recordedAt: bare.recordedAt,
      correlationId: bare.correlationId,
      sinceSnapshot: snapshotBytes === undefined ? since : NOTHING_SINCE,
      stateBytes: snapshotBytes ?? current.stateBytes + bytes,
    }),
  };
}

const NOTHING_SINCE: SinceSnapshot = { commits: 0, bytes: 0 };

const latest = (commands: readonly CommandRecord[]) => commands.slice(-(COMMAND_WINDOW + 1));
