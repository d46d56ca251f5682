/** Where do the measured streams live? In one table for the kit and one for the bare loop, and the kit's feed beside them. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createDocumentClient } from '#shared/dynamodb/index.ts';
import { LOCAL_REGION } from '../../../infra/local/engine/place.ts';
import { databaseClient, LOCAL_CREDENTIALS } from '../../../infra/local/services/dynamodb/database.ts';
import { keyedTable } from '../../support/keyed-table.ts';
import { bareClient, bareItem } from './bare-writer.ts';
import { kitItems } from './kit-items.ts';
import { putItems, streamNamed } from './streams.ts';

export const KIT_TABLE = 'kit-events';
export const BARE_TABLE = 'bare-events';
export const FEED_TABLE = 'kit-feed';

export type Tables = {
  readonly endpoint: string;
  readonly kit: DynamoDBDocumentClient;
  readonly bare: DynamoDBDocumentClient;
};

/** How many streams of which length there shall be. */
export type Wanted = { readonly length: number; readonly streams: number };

/** Makes the tables. The kit's client is the one that its functions use, which finds region and credentials in the environment. */
export async function createTables(endpoint: string): Promise<Tables> {
  process.env.AWS_REGION = LOCAL_REGION;
  process.env.AWS_ACCESS_KEY_ID = LOCAL_CREDENTIALS.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = LOCAL_CREDENTIALS.secretAccessKey;
  const client = databaseClient(endpoint);
  for (const name of [KIT_TABLE, BARE_TABLE]) await client.send(keyedTable(name, 'stream', 'version'));
  await client.send(keyedTable(FEED_TABLE, 'partition', 'position'));
  client.destroy();
  return { endpoint, kit: createDocumentClient(endpoint), bare: bareClient(endpoint) };
}

/** Fills both tables with the same events, each in the form that its writer gives them. */
export async function preload(
  { kit, bare }: Tables,
  wanted: readonly Wanted[],
  progress: (step: string) => void,
): Promise<void> {
  const model = await kitItems(Math.max(...wanted.map(({ length }) => length)));
  for (const { length, streams } of wanted) {
    progress(`writing ${streams} streams of ${length} events, twice`);
    const names = Array.from({ length: streams }, (_, index) => streamNamed(length, index));
    await putItems(
      kit,
      KIT_TABLE,
      each(names, length, (stream, index) => ({ ...model[index], stream })),
    );
    await putItems(
      bare,
      BARE_TABLE,
      each(names, length, (stream, index) => bareItem(stream, index + 1, 1)),
    );
  }
}

function* each<S, Item>(
  streams: readonly S[],
  length: number,
  item: (stream: S, index: number) => Item,
): Generator<Item> {
  for (const stream of streams) for (let index = 0; index < length; index += 1) yield item(stream, index);
}
