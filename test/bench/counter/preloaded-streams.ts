/** The same streams in a table of the kit and in one of the bare loop, each in the form that its writer gives them. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { EVENTS_TABLE } from '#shared/dynamodb/index.ts';
import { type BenchDatabase, bareClient, kitClient } from '../bench-database.ts';
import type { Progress } from '../report.ts';
import { bareItem } from './bare-writer.ts';
import { addition } from './counter.ts';
import { putItems, streamNamed } from './counter-streams.ts';
import { kitItems } from './kit-items.ts';

export type PreloadedStreams = {
  readonly endpoint: string;
  readonly kit: DynamoDBDocumentClient;
  readonly bare: DynamoDBDocumentClient;
  readonly kitTable: string;
  readonly bareTable: string;
};

/** So many streams of a length, with events whose data takes so many bytes of JSON (0: as few as can be). */
export type Wanted = { readonly length: number; readonly eventBytes: number; readonly streams: number };

export async function preload(
  database: BenchDatabase,
  name: string,
  wanted: readonly Wanted[],
  progress: Progress,
): Promise<PreloadedStreams> {
  const { endpoint } = database;
  const kitTable = await database.table(EVENTS_TABLE, `${name}-kit`);
  const bareTable = await database.table(EVENTS_TABLE, `${name}-bare`);
  const [kit, bare] = [kitClient(endpoint), bareClient(endpoint)];
  for (const { length, eventBytes, streams } of wanted) {
    progress(`writing ${streams} streams of ${length} events, twice`);
    const model = await kitItems(length, { eventBytes });
    const added = addition(eventBytes);
    const names = Array.from({ length: streams }, (_, index) => streamNamed({ length, eventBytes }, index));
    await putItems(
      kit,
      kitTable,
      each(names, length, (stream, index) => ({ ...model[index], stream })),
    );
    await putItems(
      bare,
      bareTable,
      each(names, length, (stream, index) => bareItem(stream, index + 1, added)),
    );
  }
  return { endpoint, kit, bare, kitTable, bareTable };
}

function* each<S, Item>(
  streams: readonly S[],
  length: number,
  item: (stream: S, index: number) => Item,
): Generator<Item> {
  for (const stream of streams) for (let index = 0; index < length; index += 1) yield item(stream, index);
}
