/** How fast do events get into the feed and out of it, and for how much? */
import { createDocumentClient } from '#shared/dynamodb/index.ts';
import type { Commit } from '#shared/event-store/index.ts';
import { createDynamoDbFeedLog, createDynamoDbFeedTable } from '#shared/feed/dynamodb/index.ts';
import { createFeedReader, createFeedWriter, type FeedCursor } from '#shared/feed/index.ts';
import { type Cost, counted, share } from './counted-client.ts';
import { counterEvents } from './counter.ts';
import { streamNamed } from './streams.ts';
import { FEED_TABLE, KIT_TABLE, type Tables } from './tables.ts';

export type FeedSpeed = {
  readonly written: { readonly perSecond: number; readonly per100: Cost };
  readonly read: { readonly perSecond: number; readonly per1000: Cost };
};

/** Batch size of the relay's event source mapping (infra/constructs/event-log.ts). */
const BATCH = 100;
/** Most that one page of the feed holds. */
const PAGE = 1_000;

/** Feeds the first events of the streams, which take turns, and reads the whole feed five times. */
export async function measureFeed(
  { endpoint }: Tables,
  { length, streams, events }: { readonly length: number; readonly streams: number; readonly events: number },
): Promise<FeedSpeed> {
  const { client, spent } = counted(createDocumentClient(endpoint));
  const table = createDynamoDbFeedTable({ client, table: FEED_TABLE });
  const log = createDynamoDbFeedLog({ client, table: KIT_TABLE });
  const perStream = Array.from({ length: streams }, async (_, index) => {
    const { commits } = await log.commitsAfter(streamNamed(length, index), 0, events / streams);
    return commits;
  });
  const commits = inTurn(await Promise.all(perStream));
  spent();

  const writer = createFeedWriter({ table, log, partitions: 1 });
  const writing = performance.now();
  for (let start = 0; start < commits.length; start += BATCH) await writer.append(commits.slice(start, start + BATCH));
  const written = {
    perSecond: commits.length / ((performance.now() - writing) / 1000),
    per100: share(spent(), commits.length / 100),
  };

  const reader = createFeedReader({ table, events: counterEvents });
  const reading = performance.now();
  let read = 0;
  for (let time = 0; time < 5; time += 1) read += await readToEnd(reader);
  const seconds = (performance.now() - reading) / 1000;
  const per1000 = share(spent(), read / 1_000);
  client.destroy();
  return { written, read: { perSecond: read / seconds, per1000 } };
}

async function readToEnd(reader: ReturnType<typeof createFeedReader>): Promise<number> {
  let cursor: FeedCursor = [];
  let read = 0;
  for (;;) {
    const { events, next } = await reader.readAll(cursor, PAGE);
    if (events.length === 0) return read;
    read += events.length;
    cursor = next;
  }
}

/** The first of each, the second of each, and so on, as commits of many streams arrive. */
const inTurn = (streams: readonly (readonly Commit[])[]): Commit[] =>
  (streams[0] ?? []).flatMap((_, index) => streams.flatMap((commits) => commits[index] ?? []));
