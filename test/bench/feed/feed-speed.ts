/** How fast events get into the feed and out of it, and for how much. */

import { createDynamoDbFeedLog, createDynamoDbFeedTable } from '#shared/feed/dynamodb/index.ts';
import { createFeedReader, createFeedWriter, type FeedCursor } from '#shared/feed/index.ts';
import { type CountedClient, requestsText, share, unitsText } from '../counted-client.ts';
import { counterEvents } from '../counter/counter.ts';
import { figure, type Section } from '../report.ts';
import { inTurn, streamsOfCommits } from './feed-commits.ts';

const STREAMS = 16;
const EVENTS = 10_000;
/** Batch size of the relay's event source mapping (infra/constructs/event-log.ts). */
const BATCH = 100;
/** Most that one page of the feed holds. */
const PAGE = 1_000;
const READINGS = 5;

export async function feedSpeedSection(
  { client, spent }: CountedClient,
  { feedTable, logTable }: { readonly feedTable: string; readonly logTable: string },
): Promise<Section> {
  const table = createDynamoDbFeedTable({ client, table: feedTable });
  const commits = inTurn(await streamsOfCommits(STREAMS, EVENTS / STREAMS));
  const writer = createFeedWriter({ table, log: createDynamoDbFeedLog({ client, table: logTable }), partitions: 1 });
  spent();
  const writing = performance.now();
  for (let start = 0; start < commits.length; start += BATCH) await writer.append(commits.slice(start, start + BATCH));
  const written = perSecond(commits.length, writing);
  const per100 = share(spent(), commits.length / 100);

  const reader = createFeedReader({ table, events: counterEvents });
  const reading = performance.now();
  for (let time = 0; time < READINGS; time += 1) await readToEnd(reader);
  const read = perSecond(READINGS * commits.length, reading);
  const per1000 = share(spent(), (READINGS * commits.length) / 1_000);
  return {
    title: 'The feed, in batches as the relay has them and in pages of the largest size',
    method: `${EVENTS} commits of one event, of ${STREAMS} streams in turn, one writer; read ${READINGS} times.`,
    figures: [
      figure('events per second, written', written),
      { what: 'for 100 events, written', value: `${requestsText(per100)}, ${unitsText(per100)}` },
      figure('events per second, read', read),
      { what: 'for 1,000 events, read', value: `${requestsText(per1000)}, ${unitsText(per1000)}` },
    ],
  };
}

const perSecond = (count: number, from: number) => count / ((performance.now() - from) / 1000);

async function readToEnd(reader: ReturnType<typeof createFeedReader>): Promise<void> {
  let cursor: FeedCursor = [];
  let read = 0;
  for (;;) {
    const { events, next } = await reader.readAll(cursor, PAGE);
    read += events.length;
    cursor = next;
    if (events.length > 0) continue;
    if (read !== EVENTS) throw new Error(`the feed gave ${read} events`);
    return;
  }
}
