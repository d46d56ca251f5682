/** `npm run replay -- --stream account-42` shows a stream's state before and after each event, with what caused it. */
import { parseArgs, styleText } from 'node:util';
import type { AnyAggregate } from '#shared/aggregate/index.ts';
import { type ContextCatalog, eventDefinitions, streamKinds } from '#shared/catalog/index.ts';
import { categoryOf, isKitError, parseStreamId, type StreamId } from '#shared/event/index.ts';
import { createDynamoDbEventStore } from '#shared/event-store/dynamodb/index.ts';
import { type Commit, type EventStore, lastVersion } from '#shared/event-store/index.ts';
import { contexts } from '../../functions/contexts.ts';
import { adoptedLog } from './context-tool.ts';
import { contextStack, findTables } from './find-tables.ts';
import { type ReplayEnd, replayEnd, replayStart } from './replay/replay-range.ts';
import { replaySteps } from './replay/replay-steps.ts';
import type { Paint } from './replay/replay-text.ts';
import { jsonWriter, type ReplayWriter, textWriter } from './replay/replay-writers.ts';
import { openDynamoDb, runTool } from './run-tool.ts';

const USAGE = `npm run replay -- --stream <stream> [--from <version>] [--to <version|time>] [--json]
  --stream <stream>        for example account-42; of a process manager too: transferring-7
  --from <version>         show from this version on; what comes before is folded all the same
  --to <version|time>      stop after this version, or after what was recorded by this time: 2026-11-20T12:11:04.123Z
  --json                   one line for each event: { stream, version, event, before, after, changes }
  --stage <name>           of a deployment that has one
  --events-table <name>    instead of the one that cdk.json names for the stage, or that has the stack's name
It folds the events with the code of this checkout, and only reads.
DYNAMODB_ENDPOINT chooses a running DynamoDB Local, as npm start prints its address; without it, the account of your AWS credentials.
Ends with 0 when all is shown, 1 when it is not there or an event cannot be read or applied, 2 when the input is not understood or nobody answers.`;

const options = {
  stream: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  json: { type: 'boolean', default: false },
  stage: { type: 'string' },
  'events-table': { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

type Replay = {
  readonly store: EventStore;
  readonly aggregate: AnyAggregate;
  readonly stream: StreamId;
  readonly from: number;
  readonly to: ReplayEnd | undefined;
};

async function main(): Promise<number> {
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const { stream, context, aggregate } = chosenStream(values.stream);
  const from = values.from === undefined ? 1 : replayStart(values.from);
  const to = values.to === undefined ? undefined : replayEnd(values.to);
  if (to !== undefined && 'version' in to && to.version < from) throw new Error('--to is before --from');
  const now = new Date().toISOString();
  if (to !== undefined && 'time' in to && to.time > now) throw new Error(`--to is later than now, which is ${now}`);
  const client = openDynamoDb();
  const stack = contextStack(context.name, values.stage);
  const named = values['events-table'] ?? adoptedLog(context, values.stage)?.events;
  const table = named ?? (await findTables(client, { stack })).events;
  const store = createDynamoDbEventStore({ client, table, events: eventDefinitions(context) });
  const replay = { store, aggregate, stream, from, to };
  const missing = await whatIsMissing(replay);
  if (missing !== undefined) {
    console.error(missing);
    return 1;
  }
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const write = (line: string) => console.log(line);
  return show(replay, values.json ? jsonWriter(stream, write) : textWriter(aggregate, write, paint));
}

/** On a terminal alone, and not for whoever wants none: https://no-color.org. */
const isColoured = process.stdout.isTTY && !process.env.NO_COLOR;
const paint: Paint = (colour, text) => (isColoured ? styleText(colour, text, { validateStream: false }) : text);

/** Throws, with what there is, when no context has such a stream. */
function chosenStream(text: string | undefined): {
  readonly stream: StreamId;
  readonly context: ContextCatalog;
  readonly aggregate: AnyAggregate;
} {
  const kinds = contexts.flatMap((context) => streamKinds(context).map((aggregate) => ({ context, aggregate })));
  const categories = kinds.map(({ aggregate }) => aggregate.category).join(', ');
  if (text === undefined) throw new Error(`Say which stream, with --stream <category>-<id>; categories: ${categories}`);
  const stream = parseStreamId(text);
  if (stream === undefined) {
    throw new Error(
      `"${text}" is no stream, which is named <category>-<id>, such as account-42; categories: ${categories}`,
    );
  }
  const kind = kinds.find(({ aggregate }) => aggregate.category === categoryOf(stream));
  if (kind === undefined) throw new Error(`There is no category ${categoryOf(stream)}; there are ${categories}`);
  return { stream, ...kind };
}

/** A line that says what there is instead, when there is nothing to show of what is asked for. */
async function whatIsMissing({ store, stream, from, to }: Replay): Promise<string | undefined> {
  const wanted = Math.max(from, to !== undefined && 'version' in to ? to.version : 1);
  const page = await store.readEvents(stream, { after: wanted - 1, limit: 1 }).catch((error: unknown) => {
    // What cannot be read is there.
    if (isKitError(error, 'unknown-event') || isKitError(error, 'stream-corrupted')) return undefined;
    throw error;
  });
  if (page?.version === 0) return `${stream} is empty: nothing was ever recorded in it.`;
  if (page !== undefined && page.version < wanted) {
    return `${stream} ends at version ${page.version}; it has no version ${wanted}.`;
  }
  const first = page?.events[0]?.context.when;
  if (to === undefined || 'version' in to || first === undefined || first <= to.time) return undefined;
  return `Version ${wanted} of ${stream} was recorded at ${first}, and nothing from it on by ${to.time}.`;
}

/** Reads a page at a time and shows it before the next is read. Ends with 1 after what comes before an event that cannot be read or applied. */
async function show(replay: Replay, writer: ReplayWriter): Promise<number> {
  const { aggregate, from, to } = replay;
  let reached = 0;
  let state = aggregate.decider.initialState;
  try {
    for await (const commit of commitsOf(replay)) {
      for (const step of replaySteps(aggregate, commit, state)) {
        const { version } = step.event.context;
        if (version > lastWanted(to)) break;
        if (version >= from) writer.step(step);
        // Whoever read the output has seen enough, as `head` has.
        if (process.stdout.destroyed) return 0;
        reached = version;
        state = step.after;
      }
    }
  } catch (error) {
    if (isKitError(error, 'store-unavailable') || !(error instanceof Error)) throw error;
    writer.end(reached, state);
    console.error(`${replay.stream} is replayed up to version ${reached}, and not further. ${error.message}`);
    return 1;
  }
  writer.end(reached, state);
  return 0;
}

/** Those before a commit that cannot be read are given all the same: what follows is then read one by one. */
async function* commitsOf({ store, stream, to }: Replay): AsyncGenerator<Commit> {
  const upTo = to !== undefined && 'time' in to ? { recordedUpTo: to.time } : {};
  const last = lastWanted(to);
  let limit: { readonly limit: number } | undefined;
  for (let [after, more] = [0, true]; more && after < last; ) {
    let page: Awaited<ReturnType<EventStore['readCommits']>>;
    try {
      page = await store.readCommits(stream, { after, ...upTo, ...limit });
    } catch (error) {
      if (limit !== undefined || isKitError(error, 'store-unavailable')) throw error;
      limit = { limit: 1 };
      continue;
    }
    yield* page.commits;
    const newest = page.commits.at(-1);
    if (newest === undefined) return;
    after = lastVersion(newest);
    more = page.more;
  }
}

const lastWanted = (to: ReplayEnd | undefined) =>
  to !== undefined && 'version' in to ? to.version : Number.MAX_SAFE_INTEGER;

await runTool(main);
