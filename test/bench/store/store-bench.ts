/** What does the write side cost on DynamoDB, in requests, capacity and time? */
import { startDynamoDbLocal } from '../../../infra/local/services/dynamodb/dynamodb-local.ts';
import type { Section } from '../report.ts';
import { measureContention } from './contention.ts';
import { measureCost, measureWideCommit } from './cost.ts';
import { measureFeed } from './feed-speed.ts';
import { type Cell, measureSpeed, streamsOf } from './speed.ts';
import { contentionSection, costSection, feedSection, speedSection, wideCommitSection } from './store-sections.ts';
import { createTables, preload } from './tables.ts';

const LENGTHS = [1, 10, 100, 1_000, 10_000] as const;

/** So many that a round takes a third of a second or a little more, whatever the length. */
const BARE_COMMANDS = { 1: 100, 10: 100, 100: 60, 1000: 20, 10000: 3 } as const;
const CELLS: readonly Cell[] = LENGTHS.flatMap((length) => [
  { length, writers: 1, kitCommands: 100, bareCommands: BARE_COMMANDS[length] },
  { length, writers: 16, kitCommands: 16, bareCommands: Math.ceil(BARE_COMMANDS[length] / 8) },
]);
/** Short rounds need more of them, since other work on the machine comes in bursts. */
const roundsOf = ({ length }: Cell) => (length <= 100 ? 15 : 7);
/** After so many rounds the engine has compiled what both sides run. */
const WARM_UP: Cell = { length: 1, writers: 16, kitCommands: 16, bareCommands: 16 };
const WARM_UP_ROUNDS = 8;
const FEED = { length: 1_000, streams: 16, events: 10_000 };
const CONTENTION = { writers: 16, commands: 125 };

export async function* benchStore(progress: (step: string) => void): AsyncGenerator<Section> {
  progress('starting DynamoDB Local');
  const dynamodb = await startDynamoDbLocal();
  try {
    const tables = await createTables(dynamodb.endpoint);
    const wanted = LENGTHS.map((length) => ({ length, streams: streamsAt(length) }));
    await preload(tables, wanted, progress);

    progress('counting requests and capacity');
    const costs = [];
    for (const { length, streams } of wanted) costs.push(await measureCost(tables, length, streams));
    yield costSection(costs);
    yield wideCommitSection(await measureWideCommit(tables));

    progress(`writing ${FEED.events} events to the feed and reading them`);
    yield feedSection(await measureFeed(tables, FEED));

    progress('warming up');
    await measureSpeed(tables, WARM_UP, WARM_UP_ROUNDS);
    const speeds = [];
    for (const cell of CELLS) {
      progress(`timing streams of ${cell.length} events, ${cell.writers} at a time, ${roundsOf(cell)} rounds`);
      speeds.push({ ...cell, ...(await measureSpeed(tables, cell, roundsOf(cell))) });
    }
    yield speedSection(speeds);

    progress(`${CONTENTION.writers} writers on one stream`);
    yield contentionSection(await measureContention(tables, CONTENTION));
    tables.kit.destroy();
    tables.bare.destroy();
  } finally {
    await dynamodb.stop();
  }
}

const streamsAt = (length: number) =>
  Math.max(...CELLS.filter((cell) => cell.length === length).map((cell) => streamsOf(cell)));
