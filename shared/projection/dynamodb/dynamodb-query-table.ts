/** A query table in DynamoDB: every write is conditional on the row of its stream, so a late writer changes nothing. */
import { type DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { getAll, orUnavailable, putIf, type TransactWrites, transactIf } from '#shared/dynamodb/index.ts';
import type { StreamId } from '#shared/event/index.ts';
import { type EntryChanges, MAXIMUM_PARKED_PAGE, type QueryTable, type StoredRow } from '../query-table.ts';
import { listedEntry, queryTableItems, type RowItem, storedRow } from './query-table-items.ts';

type DynamoDbQueryTableOptions = {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
  /** Of the projection. */
  readonly version: number;
};

/** The row is still at `from`; 0 also where there is none yet. */
const rowAt = (from: number) =>
  from === 0 ? '(attribute_not_exists(watermark) OR watermark = :from)' : 'watermark = :from';

const NOT_PARKED = 'attribute_not_exists(parked)';

/** No change but one up to `to` is announced, and the stream is not parked. */
const ifStillAt = (from: number, to: number) => ({
  ConditionExpression: `${rowAt(from)} AND (attribute_not_exists(announced) OR announced = :to) AND ${NOT_PARKED}`,
  ExpressionAttributeValues: { ':from': from, ':to': to },
});

export function createDynamoDbQueryTable({ client, table: TableName, version }: DynamoDbQueryTableOptions): QueryTable {
  const items = queryTableItems(version);

  async function get(Key: Record<string, unknown>, ConsistentRead: boolean) {
    return (await orUnavailable(() => client.send(new GetCommand({ TableName, Key, ConsistentRead })))).Item;
  }

  const entryWrites = (stream: StreamId, { put, remove }: EntryChanges): TransactWrites => [
    ...put.map((entry) => ({ Put: { TableName, Item: items.entryItem(stream, entry) } })),
    ...remove.map((entry) => ({ Delete: { TableName, Key: items.entryKey(stream, entry) } })),
  ];

  const rowPut = (stream: StreamId, row: StoredRow, from: number, to: number) => ({
    TableName,
    Item: items.rowItem(stream, row),
    ...ifStillAt(from, to),
  });

  return {
    async read(stream, { consistent = false } = {}) {
      const item = await get(items.rowKey(stream), consistent);
      return item === undefined ? undefined : storedRow(item as RowItem); // written as rowItem
    },

    async readMany(streams, { consistent = false } = {}) {
      const found = await getAll(client, TableName, streams.map(items.rowKey), { consistent });
      const byKey = new Map(found.map((item) => [item.key, storedRow(item as RowItem)])); // written as rowItem
      return new Map(
        streams.flatMap((stream) => {
          const row = byKey.get(items.rowKey(stream).key);
          return row === undefined ? [] : [[stream, row] as const];
        }),
      );
    },

    async list({ key, after, limit, descending = false }, { consistent = false } = {}) {
      const { Items = [], LastEvaluatedKey } = await orUnavailable(() =>
        client.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: '#key = :key AND #sort BETWEEN :first AND :last',
            ExpressionAttributeNames: { '#key': 'key', '#sort': 'sort' },
            ExpressionAttributeValues: items.entryRange(key, after, descending),
            ScanIndexForward: !descending,
            // One more tells whether there is more; the entry at `after`, if it is still there, is in the range too.
            Limit: limit + (after === undefined ? 1 : 2),
            ConsistentRead: consistent,
          }),
        ),
      );
      const found = Items.map(listedEntry).filter(({ position }) => position !== after);
      const entries = found.slice(0, limit);
      const isLast = LastEvaluatedKey === undefined && found.length === entries.length;
      return { entries, next: isLast ? undefined : entries.at(-1)?.position };
    },

    async write(stream, { from, watermark, row, put, remove }) {
      const Put = rowPut(stream, { watermark, row }, from, watermark);
      const entries = entryWrites(stream, { put, remove });
      return entries.length === 0 ? putIf(client, Put) : transactIf(client, [{ Put }, ...entries]);
    },

    async writeAll(changes) {
      const writes = changes.flatMap(({ stream, change: { from, watermark, row, ...entries } }) => [
        { Put: rowPut(stream, { watermark, row }, from, watermark) },
        ...entryWrites(stream, entries),
      ]);
      return transactIf(client, writes);
    },

    async announce(stream, { watermark, row }, change) {
      // What does not fit is told before anything is announced.
      items.rowItem(stream, { watermark: change.watermark, row: change.row });
      entryWrites(stream, change);
      return putIf(
        client,
        rowPut(stream, { watermark, row, announced: change.watermark }, watermark, change.watermark),
      );
    },

    writeAnnounced: async (stream, { from, to }, part) =>
      transactIf(client, [
        {
          ConditionCheck: {
            TableName,
            Key: items.rowKey(stream),
            ConditionExpression: `watermark = :from AND announced = :to AND ${NOT_PARKED}`,
            ExpressionAttributeValues: { ':from': from, ':to': to },
          },
        },
        ...entryWrites(stream, part),
      ]),

    park: async (stream, before, parked) =>
      transactIf(client, [
        {
          Put: {
            TableName,
            Item: items.rowItem(stream, { ...before, parked }),
            ConditionExpression: `${rowAt(before.watermark)} AND ${NOT_PARKED}`,
            ExpressionAttributeValues: { ':from': before.watermark },
          },
        },
        { Put: { TableName, Item: { ...items.parkedKey(stream), parked } } },
      ]),

    unpark: (stream) =>
      transactIf(client, [
        {
          Update: {
            TableName,
            Key: items.rowKey(stream),
            UpdateExpression: 'REMOVE parked',
            ConditionExpression: 'attribute_exists(parked)',
          },
        },
        { Delete: { TableName, Key: items.parkedKey(stream) } },
      ]),

    async parkedStreams(after) {
      const { Items = [] } = await orUnavailable(() =>
        client.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: '#key = :key AND #sort > :after',
            ExpressionAttributeNames: { '#key': 'key', '#sort': 'sort' },
            ExpressionAttributeValues: { ':key': items.parkedKey('' as StreamId).key, ':after': after ?? ' ' }, // of no stream
            Limit: MAXIMUM_PARKED_PAGE,
            ConsistentRead: true,
          }),
        ),
      );
      return Items.map(({ sort, parked }) => ({ stream: sort, ...parked })); // written by park alone
    },

    async readNote(name) {
      const item = await get(items.noteKey(name), true);
      return item === undefined ? undefined : JSON.parse(item.note);
    },

    writeNote: (name, { from, to }) =>
      putIf(client, {
        TableName,
        Item: { ...items.noteKey(name), note: JSON.stringify(to) },
        ...(from === undefined
          ? { ConditionExpression: 'attribute_not_exists(note)' }
          : { ConditionExpression: 'note = :from', ExpressionAttributeValues: { ':from': JSON.stringify(from) } }),
      }),
  };
}
