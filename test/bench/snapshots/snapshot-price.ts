/** How often a snapshot should be written, by price: reads of cold commands against writes of all. */
import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { AnyAggregate } from '#shared/aggregate/index.ts';
import { EVENTS_TABLE } from '#shared/dynamodb/index.ts';
import { type StreamId, toStreamId } from '#shared/event/index.ts';
import { type BenchDatabase, kitClient, startBenchDatabase } from '../bench-database.ts';
import { type CountedClient, counted } from '../counted-client.ts';
import { addition, countersWith } from '../counter/counter.ts';
import { putItems } from '../counter/counter-streams.ts';
import { type Item, kitItems } from '../counter/kit-items.ts';
import { cold, kitWriter, warm } from '../counter/kit-writer.ts';
import type { Figure, Progress, Section } from '../report.ts';

/**
 * On-demand, us-east-1, in USD for a million request units. A strongly consistent read takes one for each 4 KB, a write one
 * for each KB. Source: Amazon DynamoDB pricing for on-demand capacity, https://aws.amazon.com/dynamodb/pricing/on-demand/.
 */
const LIST_PRICE = { read: 0.125, write: 0.625 };

/** Share of the commands that find their stream in no function's memory. */
const COLD = 0.5;

const INTERVALS = [10, 25, 50, 100];
const STATES = [
  { name: 'small state', bytes: 0 },
  { name: '20 KB state', bytes: 20 * 1024 },
];
/** Long enough that snapshots carry as many command ids as they ever will. */
const LENGTH = 300;
const COMMANDS = 100;

export async function* benchSnapshots(progress: Progress): AsyncGenerator<Section> {
  progress('starting DynamoDB Local');
  await using database = await startBenchDatabase();
  const one = counted(kitClient(database.endpoint));
  for (const { name, bytes } of STATES) {
    progress(`snapshots of a ${name}`);
    const aggregate = countersWith(bytes);
    const items = await kitItems(LENGTH, { aggregate });
    const withSnapshot = items.findLast(({ snapshot }) => snapshot !== undefined);
    const without = items.findLast(({ snapshot }) => snapshot === undefined);
    if (withSnapshot === undefined || without === undefined) throw new Error('the kit wrote no snapshot');
    const table = await database.table(EVENTS_TABLE, `priced-${bytes}`);
    const figures: Figure[] = [];
    for (const every of INTERVALS) {
      const stream = toStreamId('counter', `every.${every}`);
      figures.push(
        row(`a snapshot every ${every} commits`, await unitsAt(one, table, stream, { every, withSnapshot, without })),
      );
    }
    figures.push(row('the kit as it is', await unitsOfKit(database, table, aggregate, items)));
    const size = Buffer.byteLength(withSnapshot.snapshot ?? '');
    yield {
      title: `Price of a million commands, half of them cold, ${name} (a snapshot of ${size} bytes)`,
      method: `One event a command; on-demand list prices: ${LIST_PRICE.write} USD a million write units, ${LIST_PRICE.read} USD a million read units.`,
      figures,
    };
  }
  one.client.destroy();
}

/** Write units of the mean command, and read units of a cold one. */
type Units = { readonly write: number; readonly coldRead: number };

function row(what: string, { write, coldRead }: Units): Figure {
  const price = write * LIST_PRICE.write + COLD * coldRead * LIST_PRICE.read;
  return {
    what,
    value: `${write.toFixed(2)} write units, ${coldRead.toFixed(1)} read units when cold: ${price.toFixed(2)} USD`,
  };
}

/** Items of the kit, with one snapshot in so many; a load asks for as many commits as lie between two. */
async function unitsAt(
  { client, spent }: CountedClient,
  table: string,
  stream: StreamId,
  { every, withSnapshot, without }: { readonly every: number; readonly withSnapshot: Item; readonly without: Item },
): Promise<Units> {
  spent();
  for (let version = 1; version <= every; version += 1) {
    const item = version === every ? withSnapshot : without;
    await client.send(new PutCommand({ TableName: table, Item: { ...item, stream, version: LENGTH + version } }));
  }
  const write = spent().writeUnits / every;
  await client.send(
    new QueryCommand({
      TableName: table,
      ConsistentRead: true,
      ScanIndexForward: false,
      Limit: every,
      KeyConditionExpression: '#stream = :stream',
      ExpressionAttributeNames: { '#stream': 'stream' },
      ExpressionAttributeValues: { ':stream': stream },
    }),
  );
  return { write, coldRead: spent().readUnits };
}

/** What the command handler itself takes, with the interval that it has. */
async function unitsOfKit(
  { endpoint }: BenchDatabase,
  table: string,
  aggregate: AnyAggregate,
  items: readonly Item[],
): Promise<Units> {
  const { client, spent } = counted(kitClient(endpoint));
  const commandsOn = async (stream: StreamId, cache: ReturnType<typeof warm>) => {
    await putItems(
      client,
      table,
      items.map((item) => ({ ...item, stream })),
    );
    const write = kitWriter(client, table, cache, aggregate);
    await write(stream, []);
    spent();
    for (let command = 0; command < COMMANDS; command += 1) await write(stream, [addition()]);
    return spent();
  };
  const colder = await commandsOn(toStreamId('counter', 'cold'), cold());
  const warmer = await commandsOn(toStreamId('counter', 'warm'), warm());
  client.destroy();
  return { write: (colder.writeUnits + warmer.writeUnits) / (2 * COMMANDS), coldRead: colder.readUnits / COMMANDS };
}
