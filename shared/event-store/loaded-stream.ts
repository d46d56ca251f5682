/** What was read of a stream becomes what was asked for, when it is all there: commits follow each other without a gap. */
import { type EventDefinitions, KitError, type StreamId } from '#shared/event/index.ts';
import { type CommandRecord, type Commit, commandRecord, lastVersion, recordedEvents } from './commit.ts';
import {
  type CommitItem,
  correlationOf,
  hasSnapshot,
  lastVersionOf,
  snapshotOf,
  storedCommit,
  toCommit,
} from './commit-item.ts';
import { type EventPage, type LoadedStream, tokenAt } from './event-store.ts';

/** What a load asks for: the commits after a version, or after a newer snapshot with the tag. */
export type LoadRange = { readonly after: number; readonly snapshotSchema: string | undefined };

/**
 * A stream from the items after a version, oldest first; those before the newest usable snapshot need not be there. Throws
 * `stream-corrupted` and `unknown-event`.
 */
export function loadedStream(
  definitions: EventDefinitions,
  items: readonly CommitItem[],
  stream: StreamId,
  { after, snapshotSchema }: LoadRange,
): LoadedStream {
  const at = items.findLastIndex((item) => hasSnapshot(item, snapshotSchema));
  const carrier = items[at];
  const snapshot = carrier && snapshotOf(carrier);
  const read = items.slice(at + 1);
  const commits = read.map((item) => toCommit(definitions, item));
  const version = reachedVersion(stream, carrier ? lastVersionOf(carrier) : after, commits);
  const bytes = read.reduce((sum, { events }) => sum + Buffer.byteLength(events), 0);
  const newest = items.at(-1);
  return {
    token: tokenAt(stream, version),
    commits,
    bytes,
    ...(snapshot && { snapshot }),
    ...(newest && { recordedAt: newest.recordedAt, correlationId: correlationOf(newest) }),
  };
}

/** What a page of events is made of. The page may begin within a commit. */
type PageItems = {
  /** The newest commit that starts at or before the version; wanted when no commit starts right after it. */
  readonly first: CommitItem | undefined;
  /** Commits that start after the version, oldest first. */
  readonly tail: readonly CommitItem[];
  /** The newest commit of the stream; wanted when the tail may end before it. */
  readonly head: CommitItem | undefined;
};

/** The page of up to `limit` events after a version. Throws `stream-corrupted` and `unknown-event`. */
export function eventPage(
  definitions: EventDefinitions,
  { first, tail, head }: PageItems,
  { stream, after, limit }: { readonly stream: StreamId; readonly after: number; readonly limit: number },
): EventPage {
  const commits = (first === undefined ? tail : [first, ...tail]).map((item) => toCommit(definitions, item));
  reachedVersion(stream, first === undefined ? after : first.version - 1, commits);
  const events = commits.flatMap(recordedEvents).filter(({ context }) => context.version > after);
  const page = events.slice(0, limit);
  const last = page.at(-1)?.context.version;
  const newest = commits.at(-1);
  const version = Math.max(head ? lastVersionOf(head) : 0, newest ? lastVersion(newest) : 0);
  return { version, events: page, next: last !== undefined && last < version ? last : null };
}

/**
 * Checks that the commits, oldest first, follow each other without gap or overlap from the version after `after`, and gives
 * the version that they reach. Throws `stream-corrupted` with the stream, the expected and the found version.
 */
function reachedVersion(stream: StreamId, after: number, commits: readonly Commit[]): number {
  let version = after;
  for (const commit of commits) {
    if (commit.version !== version + 1) {
      throw new KitError(
        'stream-corrupted',
        `Stream ${stream} is corrupted: expected version ${version + 1}, found version ${commit.version}.`,
      );
    }
    version = lastVersion(commit);
  }
  return version;
}

/** The commands of a page of items, newest first, that are not older than a time; `next` unless an older one was met. */
export function commandsSince(
  { items, more }: { readonly items: readonly CommitItem[]; readonly more: boolean },
  since: string,
): { readonly commands: readonly CommandRecord[]; readonly next: number | undefined } {
  const young = items.filter(({ recordedAt }) => recordedAt >= since);
  const commands = young.flatMap((item) => commandRecord(storedCommit(item)) ?? []);
  return { commands, next: more && young.length === items.length ? items.at(-1)?.version : undefined };
}

/** The commits of the items after a version, oldest first. Throws `stream-corrupted` and `unknown-event`. */
export function followingCommits(
  definitions: EventDefinitions,
  stream: StreamId,
  after: number,
  items: readonly CommitItem[],
): Commit[] {
  const commits = items.map((item) => toCommit(definitions, item));
  reachedVersion(stream, after, commits);
  return commits;
}
