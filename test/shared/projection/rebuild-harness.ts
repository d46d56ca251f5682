/** A log of several tallies with its feed, and everything that a rebuild of a projection needs, in memory. */
import { expect } from 'vitest';
import type { DomainEvent, StreamId } from '#shared/event/index.ts';
import { type Commit, createInMemoryEventStore, type EventStore, type LogSegments } from '#shared/event-store/index.ts';
import {
  type AnyProjection,
  createInMemoryProjectionVersions,
  type HintFeed,
  type QueryTable,
  type RebuildPorts,
} from '#shared/projection/index.ts';
import { record, tally, tallyEvents } from '../../support/tally.ts';
import { contentOf, expectedContent } from './projection-harness.ts';

export const NOW = new Date('2026-11-20T12:30:00.000Z');

const keyOf = ({ stream, version }: Commit) => `${stream} ${String(version).padStart(16, '0')}`;

/** Commits of a page: most streams are cut. */
const PAGE = 3;

/** The projection is older than the log unless it is said when its table was made. */
export function rebuildWorld({ createdAt, page = PAGE }: { readonly createdAt?: Date; readonly page?: number } = {}) {
  const store = createInMemoryEventStore({ events: tallyEvents });
  const versions = createInMemoryProjectionVersions(createdAt);
  const fed: { readonly stream: StreamId; readonly version: number; readonly recordedAt: string }[] = [];
  const feed: HintFeed = {
    async read(after, limit) {
      const from = Number(after ?? 0);
      const events = fed.slice(from, from + limit);
      return { events, next: String(from + events.length), isEnd: from + events.length === fed.length };
    },
  };
  const streams = () => [...new Set(fed.map(({ stream }) => stream))].sort();

  const log: LogSegments = {
    async page(segment, segments, after) {
      const own = streams().filter(
        (stream) => Buffer.from(stream).reduce((sum, byte) => sum + byte) % segments === segment,
      );
      const all = await Promise.all(own.map((stream) => store.readCommits(stream, { after: 0 })));
      const left = all.flatMap((one) => one.commits).filter((commit) => after === undefined || keyOf(commit) > after);
      const commits = left.slice(0, page);
      const last = commits.at(-1);
      return { commits, unreadable: [], next: commits.length < page ? undefined : last && keyOf(last) };
    },
  };

  async function append(id: string, ...events: DomainEvent[]): Promise<void> {
    await record(store, tally(id), events);
    const { version } = await store.readEvents(tally(id), { after: 0, limit: 1 });
    for (let back = events.length - 1; back >= 0; back -= 1) {
      fed.push({ stream: tally(id), version: version - back, recordedAt: '2026-11-20T12:11:04.123Z' });
    }
  }

  const ports = (table: QueryTable): RebuildPorts => ({
    table,
    store,
    log,
    feed,
    feedHead: async () => String(fed.length),
    clock: () => NOW,
    pause: async () => {},
    meaning: 'as it is',
  });

  return { store, versions, log, feed, append, streams, ports };
}

/** Every stream's row and entries are what its events make of it, one by one. */
export async function expectWhole(
  {
    store,
    versions,
    streams,
  }: Pick<ReturnType<typeof rebuildWorld>, 'versions' | 'streams'> & {
    readonly store: EventStore;
  },
  projection: AnyProjection,
): Promise<void> {
  const table = versions.table(projection.version);
  for (const stream of streams()) {
    const { version } = await store.readEvents(stream, { after: 0, limit: 1 });
    expect(await contentOf(table, store, projection, stream)).toEqual(
      await expectedContent(store, projection, stream, version),
    );
  }
}
