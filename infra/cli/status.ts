/** `npm run status` shows how far every projection and process manager is behind its feed, again and again on a terminal. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { followersOf } from '#shared/catalog/index.ts';
import { type ProjectionStatus, projectionStatus, type WatchedFollower } from '#shared/edge/http/index.ts';
import { hintFeed } from '#shared/edge/schedule/index.ts';
import { createDynamoDbFeedTable } from '#shared/feed/dynamodb/index.ts';
import { createFeedReader } from '#shared/feed/index.ts';
import { createDynamoDbProjectionVersions } from '#shared/projection/dynamodb/index.ts';
import { contexts } from '../../functions/contexts.ts';
import { CONTEXT_USAGE, type ContextTool, contextOptions, openContext } from './context-tool.ts';
import { findQueryTable } from './find-tables.ts';
import { runTool } from './run-tool.ts';

const USAGE = `npm run status [-- --context <name>] [--once] [--json]
  --context <name>         this one alone; what is said of a stack or of tables is said of it
  --once                   one look; also where the output is no terminal
  --json                   one look, as GET /projections answers
${CONTEXT_USAGE}
DYNAMODB_ENDPOINT chooses a running DynamoDB Local, as npm start prints its address; without it, the account of your AWS credentials.
Ends with 0 when nothing is behind or parked at the last look, 1 when something is, 2 when nobody answers.`;

const options = {
  ...contextOptions,
  once: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

const LOOK_EVERY_MS = 2_000;
const LOOK_FOR_MS = 20_000;

async function main(): Promise<number> {
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const ofOne = (['stack', 'events-table', 'feed-table'] as const).find((option) => values[option] !== undefined);
  if (values.context === undefined && ofOne !== undefined)
    throw new Error(`Say with --context whose --${ofOne} it is.`);
  const names = values.context === undefined ? contexts.map(({ name }) => name) : [values.context];
  const opened = await Promise.all(names.map((context) => openContext({ ...values, context })));
  const watched = (await Promise.all(opened.map(watchedFollowers))).flat();
  const isLive = process.stdout.isTTY && !values.once && !values.json;
  let stopped = false;
  process.once('SIGINT', () => {
    stopped = true;
  });
  for (let drawn = 0; ; ) {
    const until = performance.now() + LOOK_FOR_MS;
    const hasTime = () => performance.now() < until;
    const all = await Promise.all(watched.map((one) => projectionStatus(one, () => new Date(), hasTime)));
    const lines = values.json ? [JSON.stringify({ projections: all }, undefined, 2)] : table(all);
    process.stdout.write(`${drawn > 0 ? `\u001b[${drawn}A\u001b[J` : ''}${lines.join('\n')}\n`);
    drawn = lines.length;
    if (isLive && !stopped) await sleep(LOOK_EVERY_MS);
    if (!isLive || stopped) return all.every(({ state }) => state === 'current') ? 0 : 1;
  }
}

async function watchedFollowers({ context, stack, client, tables }: ContextTool): Promise<WatchedFollower[]> {
  const feed = hintFeed(createFeedReader({ table: createDynamoDbFeedTable({ client, table: tables.feed }) }));
  return Promise.all(
    followersOf(context).map(async (one) => {
      const name = await findQueryTable(client, { stack, kind: one.kind, name: one.follower.name });
      const versions = createDynamoDbProjectionVersions({ client, table: name });
      return { ...one, context: context.name, versions, feed };
    }),
  );
}

const HEADINGS = ['context', 'kind', 'name', 'version', 'state', 'events behind', 'seconds', 'parked', 'reconciled'];

function table(all: readonly ProjectionStatus[]): string[] {
  const rows = all.map(({ context, kind, projection, version, state, lag, parked, lastReconciled }) =>
    [context, kind, projection, version, state, lag.events, lag.seconds, parked, lastReconciled ?? 'never'].map(String),
  );
  const widths = HEADINGS.map((_, column) => Math.max(...[HEADINGS, ...rows].map((row) => row[column]?.length ?? 0)));
  return [HEADINGS, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

await runTool(main);
