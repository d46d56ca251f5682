/** `npm run verify -- --context accounts` compares a context's log with its feed, and with `--repair` feeds what is missing. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { eventDefinitions } from '#shared/catalog/index.ts';
import { parseStreamId } from '#shared/event/index.ts';
import { auditFeed, damageLine, type FeedDamage, feedMissing } from '#shared/feed/audit/index.ts';
import { createDynamoDbFeedTable, createDynamoDbLogScanner } from '#shared/feed/dynamodb/index.ts';
import { createFeedWriter, type FeedTable, positionText } from '#shared/feed/index.ts';
import { CONTEXT_USAGE, type ContextTool, contextOptions, openContext } from './context-tool.ts';
import { itemCount } from './find-tables.ts';
import { progressBar } from './progress-bar.ts';
import { runTool } from './run-tool.ts';
import { type SortedLines, sortedLines } from './sorted-lines.ts';

const USAGE = `npm run verify -- --context <name> [--repair]
  --repair                 feed what is missing, or all of it into a new feed table; safe while the context is in use, and to repeat
  --settle <seconds>       how long to wait in all for commits on their way (10)
${CONTEXT_USAGE}
DYNAMODB_ENDPOINT chooses a running DynamoDB Local, as npm start prints its address; without it, the account of your AWS credentials.
Ends with 0 when the feed is sound, 1 when it is not, 2 when that could not be found out.`;

const options = {
  ...contextOptions,
  repair: { type: 'boolean', default: false },
  settle: { type: 'string', default: '10' },
} as const;

const MAXIMUM_LINES = 50;
const LOOK_EVERY_MS = 500;

type Verification = ContextTool & { readonly settleSeconds: number };

async function main(): Promise<number> {
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (!/^\d{1,4}$/.test(values.settle)) throw new Error(`--settle is "${values.settle}"; give whole seconds.`);
  const verification = { ...(await openContext(values)), settleSeconds: Number(values.settle) };
  if (!values.repair) return (await audit(verification)) === 0 ? 0 : 1;
  const missing = sortedLines();
  try {
    if ((await audit(verification, missing)) === 0) return 0;
    await feedAll(verification, missing);
    console.log('After the repair:');
    const left = await audit(verification);
    if (left > 0) console.log('What is left cannot be fed. docs/decisions/feed.md tells how to make a feed again.');
    return left === 0 ? 0 : 1;
  } finally {
    await missing.remove();
  }
}

/** Prints what is wrong, and gives the number of faults. Notes the commits that are not fed, and completes the index for them. */
async function audit({ client, tables, context, settleSeconds }: Verification, missing?: SortedLines): Promise<number> {
  const table = createDynamoDbFeedTable({ client, table: tables.feed });
  const counts = await Promise.all([itemCount(client, tables.events), itemCount(client, tables.feed)]);
  const bar = progressBar(context.name, counts[0] + counts[1] / 2, process.stderr);
  const first: FeedDamage[] = [];
  let faults = 0;
  const { logged, fed } = await auditFeed({
    table,
    scanner: createDynamoDbLogScanner({ client, table: tables.events }),
    partitions: (await table.partitions()) ?? context.feedPartitions ?? 1,
    mendIndex: missing !== undefined,
    patience: Math.ceil((settleSeconds * 1_000) / LOOK_EVERY_MS),
    pause: () => sleep(LOOK_EVERY_MS),
    progress: bar.add,
    unfed: ({ recordedAt, stream, version }) =>
      missing?.add(`${recordedAt} ${stream} ${String(version).padStart(16, '0')}`),
    report(damage) {
      faults += 1;
      if (first.length < MAXIMUM_LINES) first.push(damage);
    },
  });
  bar.end();
  console.log(`${context.name}: ${logged} commits in the log, ${fed} in the feed, ${faults} faults`);
  for (const damage of first) console.log(`  ${damage.kind}: ${damageLine(damage)}`);
  if (faults > first.length) console.log(`  and ${faults - first.length} more`);
  for (const { stream, version, reason, since } of (await table.parked()).slice(0, MAXIMUM_LINES)) {
    console.log(`  ${stream} is parked at version ${version} since ${since}: ${reason}`);
  }
  return faults;
}

/** Feeds the commits in the order of recording, and tells what to publish. */
async function feedAll({ client, tables, context, stage }: Verification, missing: SortedLines): Promise<void> {
  const scanner = createDynamoDbLogScanner({ client, table: tables.events });
  const table = createDynamoDbFeedTable({ client, table: tables.feed });
  const writer = createFeedWriter({
    table,
    log: scanner,
    partitions: context.feedPartitions ?? 1,
    events: eventDefinitions(context),
  });
  const next = await nextPositions(table);
  console.log(`Feeding ${missing.count()} commits, from position ${next} on`);
  const bar = progressBar(`${context.name}, feeding`, missing.count(), process.stderr);
  let stopped = 0;
  const ranges = await feedMissing(named(missing.read()), {
    scanner,
    writer,
    progress: bar.add,
    stopped(_, { message }) {
      stopped += 1;
      if (stopped <= MAXIMUM_LINES) console.log(`  ${message}`);
    },
  });
  bar.end();
  const tool = `npm run publish -- --context ${context.name}${stage === undefined ? '' : ` --stage ${stage}`}`;
  for (const { partition, from, to } of ranges) {
    const [first, last] = [from, to].map((position) => positionText({ partition, position }));
    console.log(`Fed, and not on the bus: ${tool} --from ${first} --to ${last}`);
  }
}

/** Where the feed goes on: whoever is interrupted publishes from there. */
async function nextPositions(table: FeedTable): Promise<string> {
  const partitions = (await table.partitions()) ?? 1;
  const newest = await Promise.all(Array.from({ length: partitions }, (_, partition) => table.newest(partition)));
  return newest
    .map((batch, partition) => positionText({ partition, position: (batch?.position ?? 0) + (batch?.count ?? 1) }))
    .join('_');
}

async function* named(lines: AsyncIterable<string>) {
  for await (const line of lines) {
    const [, name = '', version] = line.split(' ');
    const stream = parseStreamId(name);
    if (stream !== undefined) yield { stream, version: Number(version) };
  }
}

await runTool(main);
