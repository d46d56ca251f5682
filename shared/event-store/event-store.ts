/** The port that the DynamoDB store and the in-memory store both keep, and the token that only a store can make. */
import type { UniqueValue } from '#shared/aggregate/index.ts';
import type { RecordedEvent, StreamId } from '#shared/event/index.ts';
import type { CommandRecord, Commit, NewCommit, Snapshot } from './commit.ts';

/**
 * What was read of a stream: the newest usable snapshot in it, when there is one, and the commits after that, oldest first.
 */
export type LoadedStream = {
  readonly token: StreamToken;
  /** `bytes`: the length of its JSON. */
  readonly snapshot?: Snapshot & { readonly bytes: number };
  readonly commits: readonly Commit[];
  /** Stored size of the commits' events. */
  readonly bytes: number;
  /** Both of the newest commit that was read, when one was. */
  readonly recordedAt?: string;
  readonly correlationId?: string;
};

type CallOptions = {
  /** Once it is aborted, requests under way are given up and no other is begun; the call throws `out-of-time`. */
  readonly signal?: AbortSignal | undefined;
};

type LoadOptions = CallOptions & {
  /** Which snapshots are usable: those with this tag. Without it none is looked for. */
  readonly snapshotSchema?: string;
};

export type Append = { readonly token: StreamToken; readonly commit: NewCommit };

/** Unique values that change hands with a commit; the holder is the stream of the first append. */
export type UniqueChange = {
  readonly claims: readonly UniqueValue[];
  readonly releases: readonly UniqueValue[];
  /** The command behind the commit: it is a conflict when an answer to it has been kept. */
  readonly unanswered?: string | undefined;
};

export type AppendedStream = {
  readonly token: StreamToken;
  /** The length of the snapshot's JSON, when the commit carries one; a snapshot that did not fit was left out. */
  readonly snapshotBytes?: number;
};

export type AppendOutcome =
  /** Recorded, durably: the streams after it, in the order of the appends. */
  | { readonly kind: 'appended'; readonly streams: readonly AppendedStream[] }
  /** A stream has moved on, or another write is under way on it. Nothing was written. */
  | ({ readonly kind: 'conflict' } & Unsettled)
  /** Another stream holds this value. Nothing was written. */
  | ({ readonly kind: 'unique-value-taken'; readonly unique: UniqueValue } & Unsettled);

/** An earlier try of the same call, whose answer was lost, may still be written while the streams have not moved on. */
type Unsettled = { readonly mayArrive?: true };

export type EventPage = {
  /** Version of the stream when the page was read. */
  readonly version: number;
  readonly events: readonly RecordedEvent[];
  /** Pass as `after` for the following page; null when there was none. */
  readonly next: number | null;
};

/**
 * Every read is strongly consistent, gives events in the newest shape of their type, and checks that what it read is
 * contiguous. All methods throw `stream-corrupted` (gap or overlap in the log), `unknown-event`, `store-unavailable` (safe to
 * retry), and `out-of-time` when their signal is aborted; nothing else is expected.
 */
export type EventStore = {
  /**
   * The stream from its newest snapshot with the given schema tag, or from its beginning. An unknown stream is empty and has
   * version 0. One request, whatever the length, when snapshots are written as the command handler does.
   */
  load(stream: StreamId, options?: LoadOptions): Promise<LoadedStream>;

  /** What was committed after the token, from the newest usable snapshot in it. One request that reads only the tail. */
  loadTail(token: StreamToken, options?: LoadOptions): Promise<LoadedStream>;

  /**
   * Appends the events of one commit, all or none, if the stream still ends where the token does. A snapshot that does not
   * fit into the item is left out. Safe to retry with the same commit: an append whose answer was lost is recognised and
   * answered `appended`. Throws `commit-too-large` before any write. After `store-unavailable`, and after `out-of-time` when
   * the write had begun, the commit may be there or not.
   */
  append(token: StreamToken, commit: NewCommit, options?: CallOptions): Promise<AppendOutcome>;

  /**
   * Appends to several streams, each once, and changes unique values in one transaction, all or none. Throws
   * `too-many-streams` (more than 100 writes) and `commit-too-large` (a commit over 400 KB, or more than 4 MB in all) before
   * any write. Otherwise like `append`.
   */
  appendAll(appends: readonly Append[], unique?: UniqueChange, options?: CallOptions): Promise<AppendOutcome>;

  /**
   * Keeps the answer to a command that appends nothing, for good, if the stream still ends where the token does: whoever
   * looks for it after it has read a newer version finds it. It is no event and has no version. Safe to retry with the same
   * answer. `conflict`, and nothing kept, when the stream has moved on, another write is under way on it, or another answer is
   * there.
   */
  keepAnswer(
    token: StreamToken,
    commandId: string,
    answer: unknown,
    options?: CallOptions,
  ): Promise<{ readonly kind: 'kept' } | { readonly kind: 'conflict' }>;

  /** The answer that was kept, when one was. */
  readAnswer(stream: StreamId, commandId: string, options?: CallOptions): Promise<unknown>;

  /**
   * The commands of commits that start before a version, newest first, back to those recorded before a time; as many as one
   * request gives (1 MB), and `next` is the version to go on before when there may be more.
   */
  readCommandsBefore(
    stream: StreamId,
    range: { readonly before: number; readonly since: string },
    options?: CallOptions,
  ): Promise<{ readonly commands: readonly CommandRecord[]; readonly next: number | undefined }>;

  /** The commit that starts at a version, if there is one. */
  readCommit(stream: StreamId, version: number, options?: CallOptions): Promise<Commit | undefined>;

  /**
   * The commits after a version, oldest first, as many as one request gives (1 MB); `more` when there may be others behind
   * them. With `recordedUpTo`, an ISO time, it ends with the last commit of that time, and gives nothing that came after it.
   * Throws `stream-corrupted` also when no commit ends at that version.
   */
  readCommits(
    stream: StreamId,
    range: { readonly after: number; readonly limit?: number; readonly recordedUpTo?: string },
    options?: CallOptions,
  ): Promise<{ readonly commits: readonly Commit[]; readonly more: boolean }>;

  /** Up to `limit` events after a version, in order; fewer, with `next`, when they are large. One or two requests. */
  readEvents(
    stream: StreamId,
    range: { readonly after: number; readonly limit: number },
    options?: CallOptions,
  ): Promise<EventPage>;
};

declare const proof: unique symbol;

/**
 * Proof that a stream had this version when the store looked. Only a store makes one, and `append` takes nothing else: so
 * nobody can append "after version 7" to a stream that has no version 7.
 */
export type StreamToken = { readonly stream: StreamId; readonly version: number; readonly [proof]: true };

const proven = new WeakSet<StreamToken>();

/** For stores only: what they have read or written. */
export function tokenAt(stream: StreamId, version: number): StreamToken {
  const token = { stream, version } as StreamToken; // the one place where the proof is given
  proven.add(Object.freeze(token));
  return token;
}

/** Throws, since it is a mistake in the code, when the token is made up or a changed copy; types alone let a copy through. */
export function assertProven(token: StreamToken): void {
  if (proven.has(token)) return;
  throw new Error(`an append to ${token.stream} after version ${token.version} was asked for without having read it`);
}
