/** A commit: the events of one command, appended together, with what they share. */
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

/**
 * The id of an event by its place in its commit: a UUID that follows the commit's own, and those of the events before it. So
 * ids are unique when those of commits are, and sort as they do. Throws when the commit's id is not a UUID.
 */
export const eventIdAt = (commitId: string, index: number): string => uuidAfter(commitId, index + 1);

/** The id that the ids of the events were derived from, when they were. */
export function commitIdOf(events: readonly Pick<StoredEvent, 'id'>[]): string | undefined {
  const [first] = events;
  if (first === undefined || !UUID.test(first.id)) return undefined;
  const id = uuidAfter(first.id, -1);
  return events.every((event, index) => event.id === eventIdAt(id, index)) ? id : undefined;
}

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

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** The last twelve digits of a UUID, which are random in version 4 and 7, counted on and round. */
const DIGITS = 12;

function uuidAfter(uuid: string, steps: number): string {
  if (!UUID.test(uuid)) throw new Error(`${uuid} is no UUID, from which the ids of events could be derived`);
  const next = (Number.parseInt(uuid.slice(-DIGITS), 16) + steps + 16 ** DIGITS) % 16 ** DIGITS;
  return uuid.slice(0, -DIGITS) + next.toString(16).padStart(DIGITS, '0');
}
