/** `npm run redrive -- --context accounts` takes up what waits for a person: commits of the relay, parked streams, dead letters. */
import { parseArgs } from 'node:util';
import { type ContextCatalog, followersOf } from '#shared/catalog/index.ts';
import { createDynamoDbQueryTable } from '#shared/projection/dynamodb/index.ts';
import { CONTEXT_USAGE, type ContextTool, contextOptions, openContext } from './context-tool.ts';
import { findQueryTable, queueUrl } from './find-tables.ts';
import { isAgreed, openQueues, runTool } from './run-tool.ts';
import { takingFurther } from './taking-further.ts';
import type { Waiting } from './waiting.ts';
import { waitingCommits } from './waiting-commits.ts';
import { waitingLetters } from './waiting-letters.ts';
import { waitingStreams } from './waiting-streams.ts';

const USAGE = `npm run redrive -- --context <name> [--projection <name>] [--stream <stream>] [--discard] [--yes]
  --projection <name>      this one alone, or this process manager; without it, what the relay has put aside and all of them
  --stream <stream>        what waits of this one alone, for example account-42
  --discard                delete dead letters that tell nothing, instead of leaving them
  --yes                    without asking
${CONTEXT_USAGE}
It feeds and publishes what the relay has put aside, applies parked streams with the code of this checkout, and brings the streams of dead
letters to what they announce: in order, and so that a repeat, also after a kill, changes nothing. What still cannot be applied is parked.
For a local run set DYNAMODB_ENDPOINT, SQS_ENDPOINT and EVENTBRIDGE_PORT as npm start prints them; without them, the account of your AWS credentials.
Ends with 0 when nothing waits any more, 1 when something does, 2 when the input is not understood or nobody answers.`;

const options = {
  ...contextOptions,
  projection: { type: 'string' },
  stream: { type: 'string' },
  discard: { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

async function main(): Promise<number> {
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const tool = await openContext(values);
  const all: Waiting[] = [];
  try {
    await find(tool, values, all);
    return await carryOut(tool.context, values, all);
  } finally {
    for (const { release } of all) await release?.();
  }
}

/** In the order in which it is carried out: what is published first may be what another waits for. */
async function find(tool: ContextTool, values: Values, all: Waiting[]): Promise<void> {
  const { context, stack, client } = tool;
  const { stream: wanted, discard } = values;
  const isChosen = (stream: string) => wanted === undefined || stream === wanted;
  const followers = followersOf(context).filter(
    ({ follower }) => values.projection === undefined || follower.name === values.projection,
  );
  if (followers.length === 0) {
    const names = followersOf(context).map(({ follower }) => follower.name);
    throw new Error(`There is no projection or process manager ${values.projection}; there are ${names.join(', ')}.`);
  }
  const queues = openQueues();
  if (values.projection === undefined) all.push(await waitingCommits(tool, isChosen));
  const ofAll = await Promise.allSettled(
    followers.map(async ({ kind, follower }) => {
      const search = { stack, kind, name: follower.name };
      const name = await findQueryTable(client, search);
      const table = createDynamoDbQueryTable({ client, table: name, version: follower.version });
      const takeFurther = await takingFurther(tool, queues, search, table);
      const ports = { table, clock: () => new Date(), takeFurther };
      const streams = await waitingStreams(ports, follower, isChosen);
      const queue = await queueUrl(queues, { ...search, part: 'dead letters' });
      const choice = { discard, ...(wanted !== undefined && { isChosen }) };
      return [streams, await waitingLetters({ client: queues, queue, ports }, follower, choice)];
    }),
  );
  // What was found is released, also when something else was not.
  for (const one of ofAll) if (one.status === 'fulfilled') all.push(...one.value);
  for (const one of ofAll) if (one.status === 'rejected') throw one.reason;
}

async function carryOut({ name }: ContextCatalog, { stream, yes }: Values, all: readonly Waiting[]): Promise<number> {
  const lines = all.flatMap((one) => one.lines);
  if (lines.length === 0) {
    console.log(`Nothing ${stream === undefined ? `of ${name}` : `of ${stream} in ${name}`} waits.`);
    return 0;
  }
  for (const line of lines) console.log(line);
  if (!yes && !(await isAgreed('Take up what waits?'))) return 1;
  let left = 0;
  for (const one of all) left += await one.carryOut();
  return left === 0 ? 0 : 1;
}

await runTool(main);
