/** What a row costs that has to catch up with its stream: after a wide commit, and with many messages at once. */
import { randomUUID } from 'node:crypto';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { EVENTS_TABLE, QUERY_TABLE } from '#shared/dynamodb/index.ts';
import { projectionConsumer } from '#shared/edge/queue/index.ts';
import { type StreamId, toStreamId } from '#shared/event/index.ts';
import { createDynamoDbEventStore } from '#shared/event-store/dynamodb/index.ts';
import { createDynamoDbQueryTable } from '#shared/projection/dynamodb/index.ts';
import { createRowCache, defineProjection } from '#shared/projection/index.ts';
import { kitClient, startBenchDatabase } from '../bench-database.ts';
import { counted } from '../counted-client.ts';
import { addition, counterEvents } from '../counter/counter.ts';
import { kitWriter, warm } from '../counter/kit-writer.ts';
import { atMost, figure, type Progress, type Section } from '../report.ts';

const EVENTS = 100;
/** A hundred of them fill three quarters of an item: the widest commits are the dearest to read again. */
const WIDE_EVENT_BYTES = 3_000;
/** Of the queue's mapping (infra/constructs/projection-resources.ts). */
const MESSAGES_PER_BATCH = 10;

/** As many functions as a queue of this length starts. */
const AT_ONCE = 10;

const sums = defineProjection<{ readonly total: number }, { what: 'Added'; data: { amount: number } }>({
  name: 'sums',
  version: 1,
  categories: ['counter'],
  events: counterEvents,
  initialRow: { total: 0 },
  on: { Added: ({ total }, { data }) => ({ total: total + data.amount }) },
  queries: [],
});

export async function* benchCatchUp(progress: Progress): AsyncGenerator<Section> {
  progress('starting DynamoDB Local');
  await using database = await startBenchDatabase();
  const eventsTable = await database.table(EVENTS_TABLE, 'events');
  const rowsTable = await database.table(QUERY_TABLE, 'rows');
  const log = counted(kitClient(database.endpoint));
  const rows = counted(kitClient(database.endpoint));
  const write = kitWriter(log.client, eventsTable, warm());
  const store = createDynamoDbEventStore({ client: log.client, table: eventsTable, events: counterEvents });
  let pages = 0;
  const readCommits: typeof store.readCommits = (...range) => {
    pages += 1;
    return store.readCommits(...range);
  };
  const consume = projectionConsumer(sums, {
    store: { ...store, readCommits },
    table: createDynamoDbQueryTable({ client: rows.client, table: rowsTable, version: 1 }),
    rows: createRowCache(),
    clock: () => new Date(),
    comeBackAfter: async () => {},
  });
  const spent = () => ({ log: log.spent(), rows: rows.spent() });

  progress('one wide commit');
  const wide = toStreamId('counter', 'wide');
  await write(
    wide,
    Array.from({ length: EVENTS }, () => addition(WIDE_EVENT_BYTES)),
  );
  spent();
  for (let from = 1; from <= EVENTS; from += MESSAGES_PER_BATCH) {
    await done(consume(messages(wide, from, from + MESSAGES_PER_BATCH - 1)));
  }
  const caughtUp = spent();
  yield {
    title: `One commit of ${EVENTS} events of ${WIDE_EVENT_BYTES} bytes, into a row`,
    method: `Its messages come in order, ${MESSAGES_PER_BATCH} at a time, each batch when the one before is done.`,
    figures: [
      figure('read units', caughtUp.log.readUnits + caughtUp.rows.readUnits, { decimals: 1, goal: atMost(80) }),
      figure('requests to the log', caughtUp.log.reads),
      figure('reads of the row', caughtUp.rows.reads),
      figure('writes of the row', caughtUp.rows.writes, { goal: atMost(1) }),
    ],
  };

  progress('one hot row');
  const hot = toStreamId('counter', 'hot');
  for (let version = 1; version <= EVENTS; version += 1) await write(hot, [addition()]);
  spent();
  pages = 0;
  const waiting = Array.from({ length: EVENTS }, (_, index) => messages(hot, index + 1, index + 1)).values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const event of waiting) await done(consume(event));
    }),
  );
  const raced = spent();
  yield {
    title: `${EVENTS} messages on one hot row, of a stream of ${EVENTS} commits`,
    method: `Each message has a call of its own, ${AT_ONCE} at once, in order.`,
    figures: [
      figure('times the log was read', pages, { goal: atMost(12) }),
      figure('requests to the log', raced.log.reads),
      figure('reads of the row', raced.rows.reads),
      figure('writes of the row', raced.rows.writes, { goal: atMost(12) }),
      figure('writes that were lost', raced.rows.refused),
    ],
  };
  log.client.destroy();
  rows.client.destroy();
}

async function done(answer: ReturnType<ReturnType<typeof projectionConsumer>>): Promise<void> {
  const { batchItemFailures } = await answer;
  if (batchItemFailures.length > 0) throw new Error('a message came back');
}

/** As the rule hands them to the queue: what is read of a message is only which stream has reached which version. */
const messages = (stream: StreamId, first: number, last: number): SQSEvent => ({
  Records: Array.from({ length: last - first + 1 }, (_, index) => {
    const body = JSON.stringify({ stream, version: first + index });
    return { messageId: randomUUID(), body, attributes: { ApproximateReceiveCount: '1' } } as SQSRecord; // as much of one as a consumer reads
  }),
});
