/** What a projection has made of a stream, and what it must have made of it, told in one form. */
import { isDeepStrictEqual } from 'node:util';
import type { DomainEvent, StreamId } from '#shared/event/index.ts';
import { createInMemoryEventStore, type EventStore, lastVersion, recordedEvents } from '#shared/event-store/index.ts';
import { type AnyProjection, createInMemoryQueryTable, project, type QueryTable } from '#shared/projection/index.ts';
import { record, tally, tallyEvents } from '../../support/tally.ts';
import { aroundCalls } from './around-calls.ts';

type Store = Pick<EventStore, 'readCommits'>;

export const stream = tally('1');

/** A log with one commit for each group of events, and an empty query table. */
export async function given(...commits: readonly (readonly DomainEvent[])[]) {
  const store = createInMemoryEventStore({ events: tallyEvents });
  for (const events of commits) await record(store, stream, events);
  return { store, table: createInMemoryQueryTable() };
}

const commitsOf = async (store: Store, of: StreamId) => (await store.readCommits(of, { after: 0 })).commits;

/** The versions at which a commit ends, 0 among them. */
export const boundariesOf = async (store: Store, of = stream) => [0, ...(await commitsOf(store, of)).map(lastVersion)];

export type Content = {
  readonly watermark: number;
  readonly announced?: number;
  readonly row: unknown;
  /** Values of the stream's own entries, by key and sort. */
  readonly entries: Readonly<Record<string, unknown>>;
};

const nameOf = ({ key, sort }: { readonly key: string; readonly sort: string }) => `${key} | ${sort}`;

/** The row and the entries of a stream once its first events are applied, one by one. */
export async function expectedContent(
  store: Store,
  projection: AnyProjection,
  of: StreamId,
  version: number,
): Promise<Content> {
  const events = (await commitsOf(store, of)).flatMap(recordedEvents).slice(0, version);
  const entries = new Map<string, unknown>();
  let row: unknown = projection.initialRow;
  for (const event of events) {
    const projected = project(projection, row, [event]);
    for (const entry of projected.remove) entries.delete(nameOf(entry));
    for (const entry of projected.put) entries.set(nameOf(entry), entry.value);
    row = projected.row;
  }
  return { watermark: events.length, row, entries: Object.fromEntries(entries) };
}

/** The row and the entries as the table has them, under every key that the stream has ever touched. */
export async function contentOf(
  table: QueryTable,
  store: Store,
  projection: AnyProjection,
  of: StreamId,
): Promise<Content> {
  const { put, remove } = project(
    projection,
    projection.initialRow,
    (await commitsOf(store, of)).flatMap(recordedEvents),
  );
  const keys = new Set([...put, ...remove].map(({ key }) => key));
  const lists = await Promise.all(
    [...keys].map(async (key) => {
      const { entries } = await table.list({ key, limit: 1_000 }, { consistent: true });
      return entries
        .filter((entry) => entry.stream === of)
        .map(({ sort, value }) => [nameOf({ key, sort }), value] as const);
    }),
  );
  const { watermark = 0, row = projection.initialRow, ...others } = (await table.read(of, { consistent: true })) ?? {};
  return { watermark, row, ...others, entries: Object.fromEntries(lists.flat()) };
}

/**
 * The table, watched: after every write the row must be one that the stream has had at the end of a commit, and so must the
 * entries while nothing is announced. What is found otherwise is told in `breaches`.
 */
export function watchedTable(
  table: QueryTable,
  store: Store,
  projection: AnyProjection,
  breaches: string[],
): QueryTable {
  return aroundCalls(table, async (call, proceed) => {
    const answer = await proceed();
    if (answer !== true) return answer;
    const { entries, watermark, row, announced } = await contentOf(table, store, projection, stream);
    const expected = await expectedContent(store, projection, stream, watermark);
    if (!(await boundariesOf(store)).includes(watermark))
      breaches.push(`${call} ends within a commit, at ${watermark}`);
    if (!isDeepStrictEqual(row, expected.row)) breaches.push(`${call} leaves another row at ${watermark}`);
    if (announced === undefined && !isDeepStrictEqual(entries, expected.entries)) {
      breaches.push(`${call} leaves other entries at ${watermark}`);
    }
    return answer;
  });
}

/** The log, a few commits at a time. */
export const paged = (store: Store, limit: number): Store => ({
  readCommits: (of, range) => store.readCommits(of, { limit, ...range }),
});
