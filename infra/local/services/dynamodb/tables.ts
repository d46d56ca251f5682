/** Every table of the template is there, with the keys, indexes, stream and TTL that the template wants. */
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
  type TableDescription,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { type Part, partsOf } from '../../engine/boot/resource-kind.ts';
import { databaseClient } from './database.ts';
import type { TablePart } from './table.resource.ts';

/** The keys of a table or index as one comparable text: `id HASH S, at RANGE N`. */
type Keys = string;

/** Makes every table of the templates. Gives the ARNs of the streams by table name, as the database has them. */
export async function startTables(parts: readonly Part[], endpoint: string): Promise<Map<string, string>> {
  const client = databaseClient(endpoint);
  const streamArns = new Map<string, string>();
  const start = async (table: TablePart) => {
    const streamArn = await ensureTable(client, table);
    if (streamArn !== undefined) streamArns.set(table.name, streamArn);
  };
  try {
    await Promise.all(partsOf<TablePart>(parts, 'table').map(start));
  } finally {
    client.destroy();
  }
  return streamArns;
}

/**
 * Makes the table where it is absent. One that is there is kept with what it holds; its stream and TTL are switched on
 * when the template wants them. Gives the ARN by which the stream is read. Safe to repeat. Throws one line that names the table when keys or indexes differ.
 */
export async function ensureTable(client: DynamoDBClient, part: TablePart): Promise<string | undefined> {
  const existing = await describe(client, part.name);
  const table = existing === undefined ? await create(client, part) : await ensureStream(client, part, existing);
  await ensureTimeToLive(client, part);
  return table?.LatestStreamArn;
}

async function describe(client: DynamoDBClient, name: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

async function create(client: DynamoDBClient, part: TablePart): Promise<TableDescription | undefined> {
  const command = new CreateTableCommand({
    ...part.create,
    TableName: part.name,
    BillingMode: 'PAY_PER_REQUEST',
    StreamSpecification: part.streamViewType && { StreamEnabled: true, StreamViewType: part.streamViewType },
  });
  try {
    const { TableDescription: made } = await client.send(command);
    if (made?.TableStatus !== 'ACTIVE') {
      await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 1 }, { TableName: part.name });
    }
    return made;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The table ${part.name} cannot be made: ${reason}`, { cause: error });
  }
}

async function ensureStream(
  client: DynamoDBClient,
  part: TablePart,
  existing: TableDescription,
): Promise<TableDescription | undefined> {
  assertSame(part, existing);
  const wanted = part.streamViewType;
  const actual = existing.StreamSpecification?.StreamEnabled ? existing.StreamSpecification.StreamViewType : undefined;
  if (wanted === undefined || wanted === actual) return existing;
  if (actual !== undefined) {
    throw new Error(
      `The stream of the table ${part.name} carries ${actual}, the template wants ${wanted}. ` +
        'Delete the table, or use another DynamoDB.',
    );
  }
  const StreamSpecification = { StreamEnabled: true, StreamViewType: wanted };
  await client.send(new UpdateTableCommand({ TableName: part.name, StreamSpecification }));
  return describe(client, part.name);
}

async function ensureTimeToLive(client: DynamoDBClient, part: TablePart): Promise<void> {
  if (part.ttlAttribute === undefined) return;
  const { TimeToLiveDescription: actual } = await client.send(new DescribeTimeToLiveCommand({ TableName: part.name }));
  if (actual?.AttributeName === part.ttlAttribute) return;
  const TimeToLiveSpecification = { AttributeName: part.ttlAttribute, Enabled: true };
  await client.send(new UpdateTimeToLiveCommand({ TableName: part.name, TimeToLiveSpecification }));
}

function assertSame(part: TablePart, existing: TableDescription): void {
  const wanted = keysOf(part.create);
  const actual = keysOf(existing);
  for (const index of new Set([...wanted.keys(), ...actual.keys()])) {
    const [want = 'nothing', have = 'nothing'] = [wanted.get(index), actual.get(index)];
    if (want === have) continue;
    const where = index === '' ? '' : ` in its index ${index}`;
    throw new Error(
      `The table ${part.name} is there with other keys${where}: it has ${have}, the template wants ${want}. ` +
        'Delete the table, or use another DynamoDB.',
    );
  }
}

/** By index name; the table itself has the name "". */
function keysOf(table: Partial<CreateTableCommandInput> | TableDescription): Map<string, Keys> {
  const types = new Map(table.AttributeDefinitions?.map((each) => [each.AttributeName, each.AttributeType]));
  const indexes = [...(table.GlobalSecondaryIndexes ?? []), ...(table.LocalSecondaryIndexes ?? [])];
  const all = [{ IndexName: '', KeySchema: table.KeySchema }, ...indexes];
  return new Map(
    all.map(({ IndexName = '', KeySchema = [] }) => {
      const keys = KeySchema.map((key) => `${key.AttributeName} ${key.KeyType} ${types.get(key.AttributeName)}`);
      return [IndexName, keys.join(', ')];
    }),
  );
}
