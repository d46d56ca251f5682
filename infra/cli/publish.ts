/** `npm run publish -- --context accounts --from <position>` puts events of the feed on the bus again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type ContextCatalog, eventDefinitions, eventSource } from '#shared/catalog/index.ts';
import { createPublisher, publishRange } from '#shared/edge/stream/index.ts';
import { createDynamoDbFeedTable } from '#shared/feed/dynamodb/index.ts';
import { createFeedReader, cursorText, type FeedTable, parsePositions, positionText } from '#shared/feed/index.ts';
import { stagePrefix } from '../stage-prefix.ts';
import { CONTEXT_USAGE, contextOptions, openContext } from './context-tool.ts';
import { progressBar } from './progress-bar.ts';
import { openEventBridge, runTool } from './run-tool.ts';

const USAGE = `npm run publish -- --context <name> --from <position> [--to <position>]
  --from, --to <position>  0.0000000000000042, as GET /feed/<name> gives it, both inclusive; several partitions joined with _
${CONTEXT_USAGE}
What the relay has put aside is published by npm run redrive.
For a local run set DYNAMODB_ENDPOINT and EVENTBRIDGE_PORT as npm start prints them; without them, the account of your AWS credentials.
Ends with 0 when all is on the bus, 1 when something is not, 2 when the input is not understood or nobody answers.`;

const options = {
  ...contextOptions,
  from: { type: 'string' },
  to: { type: 'string' },
} as const;

type Publication = {
  readonly context: ContextCatalog;
  readonly table: FeedTable;
  readonly events: ReturnType<typeof eventDefinitions>;
  readonly publish: ReturnType<typeof createPublisher>;
};

async function main(): Promise<number> {
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const { from, to } = values;
  if (from === undefined) throw new Error('Say from which position on, with --from.');
  const ranges = { from: positions('--from', from), to: positions('--to', to) };
  const eventBridge = openEventBridge();
  const { context, stage, client, tables } = await openContext(values);
  const table = createDynamoDbFeedTable({ client, table: tables.feed });
  const events = eventDefinitions(context);
  const bus = {
    client: eventBridge,
    bus: stagePrefix(stage),
    source: eventSource(context),
    sleep,
    random: Math.random,
  };
  const publication = { context, table, events, publish: createPublisher(bus) };
  return publishRanges(publication, await withinFeed(publication, ranges));
}

type Positions = ReadonlyMap<number, number>;
type PositionRange = Parameters<typeof publishRange>[0];

/** By partition. */
function positions(option: string, text: string | undefined): Positions {
  if (text === undefined) return new Map();
  const found = parsePositions(text);
  if (found === undefined) throw new Error(`${option} is "${text}", which is no position, such as 0.0000000000000042`);
  return found;
}

/** What is asked for, as far as the feed has it now. Throws, in one line, for positions that it has not. */
async function withinFeed(
  { context, table, events }: Publication,
  { from, to }: { readonly from: Positions; readonly to: Positions },
): Promise<PositionRange[]> {
  const head = await createFeedReader({ table, events }).head();
  for (const [partition, position] of [...from, ...to]) {
    if (position > (head[partition] ?? -1)) {
      throw new Error(
        `The feed of ${context.name} has no position ${positionText({ partition, position })}: it ends at ${cursorText(head)}`,
      );
    }
  }
  const ranges = [...from].map(([partition, position]) => ({
    partition,
    from: Math.max(position, 1),
    to: to.get(partition) ?? head[partition] ?? 0,
  }));
  const backwards = ranges.find((range) => to.has(range.partition) && range.to < range.from);
  if (backwards !== undefined || [...to.keys()].some((partition) => !from.has(partition))) {
    throw new Error('--to is not behind --from');
  }
  return ranges.sort((one, other) => one.partition - other.partition);
}

async function publishRanges(
  { context, table, events, publish }: Publication,
  ranges: readonly PositionRange[],
): Promise<number> {
  const interruption = new AbortController();
  process.once('SIGINT', () => interruption.abort());
  process.once('SIGTERM', () => interruption.abort());
  const total = ranges.reduce((sum, { from, to }) => sum + Math.max(to - from + 1, 0), 0);
  const bar = progressBar(context.name, total, process.stderr);
  let published = 0;
  let passed = 0;
  for (const [index, range] of ranges.entries()) {
    const stopped = await publishRange(range, {
      table,
      events,
      publish,
      progress(count) {
        published += count;
        bar.add(count);
      },
      passedOver(line) {
        passed += 1;
        console.error(`Passed over: ${line}`);
      },
      signal: interruption.signal,
    });
    if (stopped === undefined) continue;
    const left = [{ ...range, from: stopped }, ...ranges.slice(index + 1)];
    const [from, to] = [
      left.map(({ partition, from }) => positionText({ partition, position: from })).join('_'),
      left.map(({ partition, to }) => positionText({ partition, position: to })).join('_'),
    ];
    console.log(`${context.name}: ${published} of ${total} events published. Go on with --from ${from} --to ${to}`);
    return 1;
  }
  bar.end();
  console.log(`${context.name}: ${published} of ${total} events published`);
  return passed === 0 ? 0 : 1;
}

await runTool(main);
