/** How are rows kept in a DynamoDB table? One item per row, key `key`, written on condition of its watermark. */
import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { orUnavailable, putIf } from '#shared/dynamodb/index.ts';
import { packText, unpackText } from '#shared/event-store/index.ts';
import type { RowStore } from '../row-store.ts';

type DynamoDbRowStoreOptions = { readonly client: DynamoDBDocumentClient; readonly table: string };

/** Rows are JSON text, packed when it is long, beside a numeric `watermark`. */
export function createDynamoDbRowStore({ client, table }: DynamoDbRowStoreOptions): RowStore {
  return {
    async read(key) {
      const get = new GetCommand({ TableName: table, Key: { key }, ConsistentRead: true });
      const { Item } = await orUnavailable(() => client.send(get));
      return Item === undefined ? undefined : { watermark: Item.watermark, row: JSON.parse(unpackText(Item.row)) };
    },

    write: (key, { from, watermark, row }) =>
      putIf(client, {
        TableName: table,
        Item: { key, watermark, row: packText(JSON.stringify(row)) },
        ...(from === 0
          ? { ConditionExpression: 'attribute_not_exists(watermark)' }
          : { ConditionExpression: 'watermark = :from', ExpressionAttributeValues: { ':from': from } }),
      }),
  };
}

/** The row stores of several projections, by the projection's name. Throws when asked for one without a table. */
export function createDynamoDbRowStores({
  client,
  tables,
}: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Readonly<Record<string, string>>;
}): (projection: string) => RowStore {
  const stores = new Map(
    Object.entries(tables).map(([name, table]) => [name, createDynamoDbRowStore({ client, table })] as const),
  );
  return (projection) => {
    const store = stores.get(projection);
    if (store === undefined) throw new Error(`The projection ${projection} has no query table here.`);
    return store;
  };
}
