/** What the feed's tests work with: commits of a few streams, a log that holds them, and the whole of a feed. */
import * as z from 'zod/mini';
import { type RecordedEvent, toStreamId } from '#shared/event/index.ts';
import { type Commit, lastVersion } from '#shared/event-store/commit.ts';
import type { CommitItem } from '#shared/event-store/commit-item.ts';
import type { FeedCursor, FeedLog, FeedReader } from '#shared/feed/feed.ts';
import type { FeedTable } from '#shared/feed/feed-table.ts';

/** `Counted` was once stored as a bare number, and is now an object. */
export const counted = {
  Counted: {
    meaning: 'Something was counted.',
    schema: z.object({ count: z.number() }),
    upcasters: [(count: unknown) => ({ count })],
  },
};

export const streamNamed = (id: string) => toStreamId('thing', id);

/** A commit with as many events as are given, recorded `version` seconds after the hour. */
export function commitOf(id: string, version: number, data: readonly unknown[] = [{ count: version }]): Commit {
  const recordedAt = new Date(Date.UTC(2026, 0, 1, 12, 0, version)).toISOString();
  const why = { id: `command-${id}-${version}`, what: 'count', when: recordedAt, who: 'tester' };
  const events = data.map((each, index) => ({
    id: `event-${id}-${version + index}`,
    what: 'Counted',
    data: each,
    effectiveAt: recordedAt,
    schemaVersion: typeof each === 'number' ? 1 : 2,
  }));
  const shared = { recordedAt, who: 'tester', why, correlationId: why.id, causationId: why.id };
  return { stream: streamNamed(id), version, ...shared, events };
}

/** The commits of a stream with as many events each as the sizes say. */
export function history(id: string, sizes: readonly number[]): Commit[] {
  const commits: Commit[] = [];
  for (const size of sizes) {
    const version = lastVersion(commits.at(-1) ?? { version: 1, events: [] }) + 1;
    commits.push(
      commitOf(
        id,
        version,
        Array.from({ length: size }, (_, index) => ({ count: version + index })),
      ),
    );
  }
  return commits;
}

export const itemOf = ({ events, ...commit }: Commit): CommitItem => ({ ...commit, events: JSON.stringify(events) });

/** A log that gives three commits at a time, so that more than one request is needed. */
export const inMemoryLog = (recorded: readonly Commit[]): FeedLog => ({
  async commitsAfter(stream, version) {
    const all = recorded.filter((commit) => commit.stream === stream && commit.version > version);
    const commits = all.sort((one, other) => one.version - other.version).slice(0, 3);
    return { commits, more: commits.length === 3 };
  },
});

/** A feed to be tested, and the log behind it. */
export type FeedUnderTest = {
  readonly table: FeedTable;
  readonly log: FeedLog;
  /** Puts commits into the log, unseen by the feed. */
  record(commits: readonly Commit[]): Promise<void>;
};

/** The whole feed, page by page. Fails when it does not come to its end. */
export async function everything(
  reader: FeedReader,
  limit = 1_000,
  from: FeedCursor = [],
): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  let after = from;
  for (let pages = 0; pages < 10_000; pages += 1) {
    const page = await reader.readAll(after, limit);
    events.push(...page.events);
    if (page.next.join() === page.head.join()) return events;
    if (page.events.length === 0)
      throw new Error(`the page after ${after} is empty, but the feed ends at ${page.head}`);
    after = page.next;
  }
  throw new Error('the feed does not end');
}

export const labels = (events: readonly RecordedEvent[]): string[] =>
  events.map(({ context: { stream, version } }) => `${stream}@${version}`);
