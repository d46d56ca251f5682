/** The versions of a projection in its query table, told from each other by the beginnings of their keys. */
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, ScanCommand, type ScanCommandInput } from '@aws-sdk/lib-dynamodb';
import { deleteAll, getAll, orUnavailable, putIf } from '#shared/dynamodb/index.ts';
import type { ProjectionVersions } from '../projection-versions.ts';
import { createDynamoDbQueryTable } from './dynamodb-query-table.ts';
import { ACTIVE_KEY, parseKey, versionItem } from './query-table-items.ts';

/** Each is one request at a time. */
const SEGMENTS = 4;

type Item = Record<string, unknown>;

export function createDynamoDbProjectionVersions({
  client,
  table: TableName,
}: {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
}): ProjectionVersions {
  async function scanSegment(input: Partial<ScanCommandInput>, each: (items: readonly Item[]) => Promise<void>) {
    let ExclusiveStartKey: Item | undefined;
    do {
      const scan = new ScanCommand({ TableName, ConsistentRead: true, ...input, ExclusiveStartKey });
      const { Items = [], LastEvaluatedKey } = await orUnavailable(() => client.send(scan));
      await each(Items);
      ExclusiveStartKey = LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
  }

  const scan = (input: Partial<ScanCommandInput>, each: (items: readonly Item[]) => Promise<void>) =>
    Promise.all(
      Array.from({ length: SEGMENTS }, (_, Segment) =>
        scanSegment({ ...input, Segment, TotalSegments: SEGMENTS }, each),
      ),
    );

  async function drop(isDropped: (item: { readonly key: string; readonly sort: string }) => boolean): Promise<number> {
    let items = 0;
    const keysOnly = {
      ProjectionExpression: '#key, #sort',
      ExpressionAttributeNames: { '#key': 'key', '#sort': 'sort' },
    };
    await scan(keysOnly, async (page) => {
      const keys = page.map(({ key, sort }) => ({ key: String(key), sort: String(sort) })).filter(isDropped);
      await deleteAll(client, TableName, keys);
      items += keys.filter(({ key }) => parseKey(key)?.isNote === false).length;
    });
    return items;
  }

  return {
    table: (version) => createDynamoDbQueryTable({ client, table: TableName, version }),

    async createdAt() {
      const { Table } = await orUnavailable(() => client.send(new DescribeTableCommand({ TableName })));
      if (Table?.CreationDateTime === undefined) throw new Error(`${TableName} does not say when it was made`);
      return Table.CreationDateTime;
    },

    async readActive() {
      const get = new GetCommand({ TableName, Key: ACTIVE_KEY, ConsistentRead: true });
      const { Item } = await orUnavailable(() => client.send(get));
      return Item === undefined ? undefined : JSON.parse(Item.note);
    },

    writeActive: ({ from, to }) =>
      putIf(client, {
        TableName,
        Item: { ...ACTIVE_KEY, note: JSON.stringify(to) },
        ...(from === undefined
          ? { ConditionExpression: 'attribute_not_exists(note)' }
          : { ConditionExpression: 'note = :from', ExpressionAttributeValues: { ':from': JSON.stringify(from) } }),
      }),

    async scan(each) {
      await scan({}, (page) =>
        each(page.filter(({ key }) => parseKey(String(key))?.isNote === false).map((item) => versionItem(item))),
      );
    },

    async read(keys) {
      const found = await getAll(
        client,
        TableName,
        keys.map(({ version, key, sort }) => ({ key: `v${version}#${key}`, sort })),
      );
      return found.filter((item) => 'row' in item || 'value' in item).map((item) => versionItem(item));
    },

    async dropAllBut(kept) {
      const isOther = (key: string) => (parseKey(key)?.version ?? kept) !== kept;
      await drop(({ key, sort }) => isOther(key) && sort === 'note');
      return drop(({ key }) => isOther(key));
    },
  };
}
