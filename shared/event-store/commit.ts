/** What is appended together? A commit: the events of one command, with what they share. */
import type { Cause, RecordedEvent, StoredEvent, StreamId } from '#shared/event/index.ts';

/** The command behind a commit. `payloadHash` tells a repeat from a reuse of the id; without it neither is recognised. */
type CommitCause = Cause & { readonly payloadHash?: string };

/** One item of the log: 1..n events, appended atomically, in the order in which they were decided. */
export type Commit = {
  readonly stream: StreamId;
  /** Version of the first event; the first event of a stream has version 1. */
  readonly version: number;
  /** Transaction time, ISO 8601 UTC with milliseconds, the same for all events; never earlier than that of the commit before. */
  readonly recordedAt: string;
  readonly who: string;
  readonly why: CommitCause;
  readonly correlationId: string;
  readonly causationId: string;
  readonly events: readonly StoredEvent[];
};

/** A command that committed: enough to recognise a repeat and to find the commit again. */
export type CommandRecord = { readonly id: string; readonly payloadHash: string; readonly version: number };

/** The state of a stream after a commit, with the latest commands up to and including it, oldest first. */
export type Snapshot = {
  /** Derived from the state's schema; a snapshot with another tag is not read. */
  readonly schema: string;
  readonly state: unknown;
  readonly commands: readonly CommandRecord[];
};

/** A commit before it has a place in a stream; `snapshot` is the state after it. */
export type NewCommit = Omit<Commit, 'stream' | 'version'> & { readonly snapshot?: Snapshot };

export const lastVersion = (commit: Pick<Commit, 'version' | 'events'>): number =>
  commit.version + commit.events.length - 1;

/** The command of a commit, when a repeat of it can be recognised. */
export const commandRecord = ({ why, version }: Pick<Commit, 'why' | 'version'>): CommandRecord | undefined =>
  why.payloadHash === undefined ? undefined : { id: why.id, payloadHash: why.payloadHash, version };

/** The events of a commit in their published form, in order. */
export function recordedEvents(commit: Commit): RecordedEvent[] {
  const { id, what, when, who } = commit.why;
  return commit.events.map((event, index) => ({
    context: {
      id: event.id,
      what: event.what,
      when: commit.recordedAt,
      effectiveAt: event.effectiveAt,
      who: commit.who,
      why: { id, what, when, who },
      correlationId: commit.correlationId,
      causationId: commit.causationId,
      stream: commit.stream,
      version: commit.version + index,
      schemaVersion: event.schemaVersion,
    },
    data: event.data,
  }));
}
