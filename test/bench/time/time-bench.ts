/** A long stream as-at a time, as-of a date and with an event more, as a ratio to a loop without any kit that answers the same. */
import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { createDynamoDbEventStore } from '#shared/event-store/dynamodb/index.ts';
import type { CommitItem } from '#shared/event-store/index.ts';
import { answerAsAt, answerTimeline, type LogAnswer } from '#shared/projection/index.ts';
import { startBenchDatabase } from '../bench-database.ts';
import { counted, requestsText, share } from '../counted-client.ts';
import type { BareItem } from '../counter/bare-writer.ts';
import { type Added, counterEvents } from '../counter/counter.ts';
import { streamNamed } from '../counter/counter-streams.ts';
import { preload } from '../counter/preloaded-streams.ts';
import { atLeast, type Figure, type Progress, type Section } from '../report.ts';
import { median } from '../statistics.ts';
import { bareReader } from './bare-reader.ts';
import { effectiveLines, recordedLines } from './counter-lines.ts';

const SHAPE = { length: 10_000, eventBytes: 0, streams: 1 };

const WARM_UP_PAIRS = 4;
const LEAST_PAIRS = 8;
const SECONDS = 12;

/** Both sides answer with a total, which must be the same but for what was recorded in one millisecond with the middle. */
type Contest = { readonly what: string; readonly kit: () => Promise<number>; readonly bare: () => Promise<number> };

const TOLERANCE = 100;

export async function* benchTime(progress: Progress): AsyncGenerator<Section> {
  progress('starting DynamoDB Local');
  await using database = await startBenchDatabase();
  const { kit: client, bare, kitTable, bareTable } = await preload(database, 'time', [SHAPE], progress);
  const stream = streamNamed(SHAPE, 0);
  const kit = counted(client);
  const { asAt, asOf, whatIf } = kitReader(kit.client, kitTable, stream.slice('counter-'.length));
  const middleIn = (table: string) => recordedAt(bare, table, stream, SHAPE.length / 2);
  const middle = await middleIn(kitTable);
  const against = async (items: string, table: string, reader: ReturnType<typeof bareReader>): Promise<Contest[]> => {
    const bareMiddle = await middleIn(table);
    return [
      {
        what: `as-at, half of the stream, to ${items}`,
        kit: () => asAt(middle),
        bare: async () => (await reader.asAt(bareMiddle)).total,
      },
      {
        what: `as-of, the whole stream, to ${items}`,
        kit: () => asOf('2999-01-01'),
        bare: async () => (await reader.asOf('2999-01-01')).total,
      },
      {
        what: `what-if, the whole stream, to ${items}`,
        kit: () => whatIf(1, '2000-01-01'),
        bare: async () => (await reader.whatIf(1, '2000-01-01')).total,
      },
    ];
  };
  const ownLog = { client: bare, table: bareTable, additionsIn: (item: BareItem) => [item] };
  const sameLog = { client: bare, table: kitTable, additionsIn: additionsInCommit };
  const contests = [
    ...(await against('the same log', kitTable, bareReader(sameLog, stream))),
    ...(await against('bare items', bareTable, bareReader(ownLog, stream))),
  ];
  const figures: Figure[] = [];
  for (const contest of contests) {
    progress(`timing ${contest.what}`);
    kit.spent();
    const { ratio, kitMs, bareMs, pairs } = await timed(contest);
    const requests = requestsText(share(kit.spent(), pairs + WARM_UP_PAIRS));
    figures.push({
      what: contest.what,
      value: `${ratio.toFixed(2)}  (${kitMs.toFixed(0)} ms against ${bareMs.toFixed(0)} ms, ${pairs} pairs; ${requests})`,
      goal: atLeast(0.8)(ratio, ''),
    });
  }
  client.destroy();
  bare.destroy();
  yield {
    title: 'Answers from the log of 10,000 events, as a ratio to a bare Query and fold',
    method:
      'Kit and bare in turn, each first as often as the other; the median of the ratios of neighbours counts. Bare items hold nothing but id, type, time and data.',
    figures,
  };
}

/** Of the kit's items, as this bench has them: one event each, without what is the same as in the one before. */
const additionsInCommit = ({ recordedAt, events }: CommitItem) => {
  const rows = JSON.parse(events) as [Added][]; // the first member of each is its data
  return rows.map(([data]) => ({ recordedAt, data }));
};

async function recordedAt(client: DynamoDBDocumentClient, TableName: string, stream: string, version: number) {
  const { Item } = await client.send(new GetCommand({ TableName, Key: { stream, version } }));
  return String(Item?.recordedAt);
}

function kitReader(client: DynamoDBDocumentClient, table: string, id: string) {
  const store = createDynamoDbEventStore({ client, table, events: counterEvents });
  const [recorded] = recordedLines.queries;
  const [effective, supposed] = effectiveLines.queries;
  if (!recorded || !effective || !supposed) throw new Error('the lines have no queries');
  const totalOf = async (answer: Promise<LogAnswer>) => {
    const found = await answer;
    if (found.kind !== 'found') throw new Error(`the answer is ${found.kind}`);
    return (found.body as { total: number }).total; // as the queries make it
  };
  const timeline = { timeline: effectiveLines };
  return {
    asAt: (asAt: string) =>
      totalOf(answerAsAt(store, { projection: recordedLines, query: recorded, parameters: { id }, asAt })),
    asOf: (asOf: string) => totalOf(answerTimeline(store, { ...timeline, query: effective, parameters: { id }, asOf })),
    whatIf: (amount: number, on: string) =>
      totalOf(answerTimeline(store, { ...timeline, query: supposed, parameters: { id, amount, on } })),
  };
}

async function timed({ what, ...sides }: Contest) {
  const measured: { readonly kit: number; readonly bare: number }[] = [];
  let until = 0;
  for (let pair = 0; pair < WARM_UP_PAIRS + LEAST_PAIRS || performance.now() < until; pair += 1) {
    const spent = { kit: 0, bare: 0 };
    const totals: number[] = [];
    for (const side of pair % 2 === 0 ? (['bare', 'kit'] as const) : (['kit', 'bare'] as const)) {
      const from = performance.now();
      totals.push(await sides[side]());
      spent[side] = performance.now() - from;
    }
    const [one = 0, other = 0] = totals;
    if (one === 0 || Math.abs(one - other) > TOLERANCE) throw new Error(`${what}: ${one} is not ${other}`);
    if (pair >= WARM_UP_PAIRS) measured.push(spent);
    else until = performance.now() + 1_000 * SECONDS;
  }
  return {
    pairs: measured.length,
    ratio: median(measured.map(({ kit, bare }) => bare / kit)),
    kitMs: median(measured.map(({ kit }) => kit)),
    bareMs: median(measured.map(({ bare }) => bare)),
  };
}
