/**
 * One table per projection, key (`key`, `sort`), every key beginning with the projection's version. A row stands at
 * (`v1#account-42`, `row`), an entry at (`v1#owner#Ada`, `entry#` with its position).
 */
import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { getAll, orUnavailable, THROTTLED } from '#shared/dynamodb/index.ts';
import type { StreamId } from '#shared/event/index.ts';
import { type PackedText, packText, unpackText } from '#shared/event-store/index.ts';
import { assertEntryFits, assertEntryKeyFits, assertRowFits } from '../item-limits.ts';
import {
  type EntryChanges,
  entryPosition,
  type ListedEntry,
  parsePosition,
  type QueryTable,
  type StoredRow,
} from '../query-table.ts';

type DynamoDbQueryTableOptions = {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
  /** Of the projection: rows and entries of different versions live side by side. */
  readonly version: number;
};

type Writes = NonNullable<TransactWriteCommandInput['TransactItems']>;
type RowItem = { readonly watermark: number; readonly row: PackedText; readonly announced?: number };

const ROW = 'row';
const ENTRY = 'entry#';

/** Sorts behind every entry: no text begins with it. */
const BEHIND_ENTRIES = 'entry$';

export function createDynamoDbQueryTable({ client, table, version }: DynamoDbQueryTableOptions): QueryTable {
  const keyOf = (text: string) => `v${version}#${text}`;
  const rowKey = (stream: StreamId) => ({ key: keyOf(stream), sort: ROW });

  /** The row is still at `from`, and no change but one up to `to` is announced. */
  const ifStillAt = (from: number, to: number) => ({
    ConditionExpression:
      from === 0
        ? '(attribute_not_exists(watermark) OR watermark = :from) AND (attribute_not_exists(announced) OR announced = :to)'
        : 'watermark = :from AND (attribute_not_exists(announced) OR announced = :to)',
    ExpressionAttributeValues: { ':from': from, ':to': to },
  });

  const entryWrites = (stream: StreamId, { put, remove }: EntryChanges): Writes => [
    ...put.map(({ key, sort, value }) => {
      const Item = { ...entryKey(stream, key, sort), value: packText(JSON.stringify(value)) };
      assertEntryFits(stream, Item);
      return { Put: { TableName: table, Item } };
    }),
    ...remove.map(({ key, sort }) => ({ Delete: { TableName: table, Key: entryKey(stream, key, sort) } })),
  ];
  function entryKey(stream: StreamId, key: string, sort: string) {
    const entry = { key: keyOf(key), sort: `${ENTRY}${entryPosition(sort, stream)}` };
    assertEntryKeyFits(stream, entry);
    return entry;
  }

  function rowItem(stream: StreamId, { watermark, row, announced }: StoredRow) {
    const item = {
      ...rowKey(stream),
      watermark,
      row: packText(JSON.stringify(row)),
      ...(announced !== undefined && { announced }),
    };
    assertRowFits(stream, item);
    return item;
  }

  return {
    async read(stream, { consistent = false } = {}) {
      const get = new GetCommand({ TableName: table, Key: rowKey(stream), ConsistentRead: consistent });
      const { Item } = await orUnavailable(() => client.send(get));
      return Item === undefined ? undefined : storedRow(Item as RowItem); // written by rowItem alone
    },

    async readMany(streams, { consistent = false } = {}) {
      const items = await getAll(client, table, streams.map(rowKey), { consistent });
      const byKey = new Map(items.map((item) => [item.key, storedRow(item as RowItem)])); // written by rowItem alone
      const found = streams.map((stream) => [stream, byKey.get(keyOf(stream))] as const);
      return new Map(found.filter((pair): pair is [StreamId, StoredRow] => pair[1] !== undefined));
    },

    async list({ key, after, limit, descending = false }, { consistent = false } = {}) {
      const [first, last] = descending
        ? [ENTRY, after === undefined ? BEHIND_ENTRIES : `${ENTRY}${after}`]
        : [`${ENTRY}${after ?? ''}`, BEHIND_ENTRIES];
      const { Items = [], LastEvaluatedKey } = await orUnavailable(() =>
        client.send(
          new QueryCommand({
            TableName: table,
            KeyConditionExpression: '#key = :key AND #sort BETWEEN :first AND :last',
            ExpressionAttributeNames: { '#key': 'key', '#sort': 'sort' },
            ExpressionAttributeValues: { ':key': keyOf(key), ':first': first, ':last': last },
            ScanIndexForward: !descending,
            // One more tells whether there is more; the entry at `after` is in the range too.
            Limit: limit + (after === undefined ? 1 : 2),
            ConsistentRead: consistent,
          }),
        ),
      );
      const found = Items.map(listedEntry).filter(({ position }) => position !== after);
      const entries = found.slice(0, limit);
      const isLast = LastEvaluatedKey === undefined && found.length <= limit;
      return { entries, next: isLast ? undefined : entries.at(-1)?.position };
    },

    async write(stream, { from, watermark, row, put, remove }) {
      const Put = { TableName: table, Item: rowItem(stream, { watermark, row }), ...ifStillAt(from, watermark) };
      const entries = entryWrites(stream, { put, remove });
      if (entries.length > 0) return transact(client, [{ Put }, ...entries]);
      return ifCondition(() => client.send(new PutCommand(Put)));
    },

    async announce(stream, { watermark, row }, change) {
      rowItem(stream, change);
      entryWrites(stream, change);
      const Item = rowItem(stream, { watermark, row, announced: change.watermark });
      const put = new PutCommand({ TableName: table, Item, ...ifStillAt(watermark, change.watermark) });
      return ifCondition(() => client.send(put));
    },

    writeAnnounced: async (stream, { from, to }, part) =>
      transact(client, [
        {
          ConditionCheck: {
            TableName: table,
            Key: rowKey(stream),
            ConditionExpression: 'watermark = :from AND announced = :to',
            ExpressionAttributeValues: { ':from': from, ':to': to },
          },
        },
        ...entryWrites(stream, part),
      ]),
  };
}

const storedRow = ({ watermark, row, announced }: RowItem): StoredRow => ({
  watermark,
  row: JSON.parse(unpackText(row)),
  ...(announced !== undefined && { announced }),
});

function listedEntry({ sort, value }: Record<string, unknown>): ListedEntry {
  const position = String(sort).slice(ENTRY.length);
  return { ...parsePosition(position), position, value: JSON.parse(unpackText(value as PackedText)) }; // written by entryWrites alone
}

/** False, and nothing is written, when the condition is not met or another transaction is under way on the row. */
const ifCondition = (write: () => Promise<unknown>): Promise<boolean> =>
  orUnavailable(async () => {
    try {
      await write();
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException || error instanceof TransactionConflictException)
        return false;
      throw error;
    }
  });

/** The first write carries the condition; others have none. False, and nothing is written, when it is not met. */
const transact = (client: DynamoDBDocumentClient, writes: Writes): Promise<boolean> =>
  orUnavailable(async () => {
    try {
      await client.send(new TransactWriteCommand({ TransactItems: writes }));
      return true;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const codes = (error.CancellationReasons ?? []).map(({ Code = '' }) => Code);
      if (codes.includes('ConditionalCheckFailed') || codes.includes('TransactionConflict')) return false;
      const throttled = codes.find((code) => THROTTLED.has(code));
      throw throttled === undefined ? error : Object.assign(error, { name: throttled });
    }
  });
