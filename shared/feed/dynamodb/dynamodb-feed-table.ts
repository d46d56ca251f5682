/** A feed in a DynamoDB table, key (`partition` S, `position` N): batches, the index behind them, their number, what is parked. */
import { createHash } from 'node:crypto';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { getAll, ifMet, orUnavailable, putAll, putIf } from '#shared/dynamodb/index.ts';
import {
  endOf,
  type FeedBatch,
  type FeedIndexEntry,
  type FeedTable,
  indexKey,
  type ParkedStream,
} from '../feed-table.ts';

type DynamoDbFeedTableOptions = { readonly client: DynamoDBDocumentClient; readonly table: string };

/** Holds the number of partitions, under a key that no partition and no stream has. */
const FEED_ITEM = { partition: 'feed', position: 0 };

const NAMES = { '#partition': 'partition', '#position': 'position' };

/** Under this key and a version, the index keeps the position of the commit that takes the stream to that version. */
const INDEX = 'stream#';

/** Under this key are the streams that wait, each at a number of its own. */
const PARKED = 'parked';

/**
 * Batches are items (`0`, position of the first event) with `count` and `commits`; the index has items (`stream#account-42`,
 * version after the commit) with `at`; streams that wait have items (`parked`, a digest of the stream).
 */
export function createDynamoDbFeedTable({ client, table }: DynamoDbFeedTableOptions): FeedTable {
  const query = (input: Partial<QueryCommandInput>) =>
    orUnavailable(() => client.send(new QueryCommand({ TableName: table, ConsistentRead: true, ...input })));

  /** Puts an item where there is none. False when there is one. */
  const putNew = (Item: Record<string, unknown>) =>
    putIf(client, {
      TableName: table,
      Item,
      ConditionExpression: 'attribute_not_exists(#partition)',
      ExpressionAttributeNames: { '#partition': 'partition' },
    });

  /** The newest batch, or the newest that starts at or before a position. */
  async function newest(partition: number, upTo = Number.MAX_SAFE_INTEGER): Promise<FeedBatch | undefined> {
    const range = { ...ofPartition(String(partition), '<=', upTo), ScanIndexForward: false, Limit: 1 };
    return (await query(range)).Items?.map(toBatch)[0];
  }

  return {
    newest: (partition) => newest(partition),

    async partitions(initial) {
      const get = new GetCommand({ TableName: table, Key: FEED_ITEM, ConsistentRead: true });
      const recorded = async () => (await orUnavailable(() => client.send(get))).Item?.partitions as number | undefined;
      const found = await recorded();
      if (found !== undefined || initial === undefined) return found;
      return (await putNew({ ...FEED_ITEM, partitions: initial })) ? initial : recorded();
    },

    async following(partition, position) {
      const page = await query(ofPartition(String(partition), '>', position));
      return { batches: (page.Items ?? []).map(toBatch), more: page.LastEvaluatedKey !== undefined };
    },

    async read(partition, after, limit) {
      // The end first: what is read after it must lead up to it.
      const last = await newest(partition);
      const head = endOf(last);
      if (last === undefined || after >= head) return { batches: [], head };
      if (last.position <= after + 1) return { batches: [last], head };
      const page = await query({
        KeyConditionExpression: '#partition = :partition AND #position BETWEEN :first AND :last',
        ExpressionAttributeNames: NAMES,
        ExpressionAttributeValues: { ':partition': String(partition), ':first': after + 1, ':last': after + limit },
      });
      const following = (page.Items ?? []).map(toBatch);
      const holder = following[0]?.position === after + 1 ? undefined : await newest(partition, after);
      return { batches: holder === undefined ? following : [holder, ...following], head };
    },

    add: ({ partition, ...batch }) => putNew({ partition: String(partition), ...batch }),

    async lookUp(keys) {
      const items = await getAll(
        client,
        table,
        keys.map(({ stream, version }) => keyOf(stream, version)),
      );
      return new Map(items.map(toEntry).map((entry) => [indexKey(entry), entry.position]));
    },

    async lastIndexed(stream) {
      const range = { ...ofPartition(`${INDEX}${stream}`, '>', 0), ScanIndexForward: false, Limit: 1 };
      return (await query(range)).Items?.map(toEntry)[0];
    },

    index: (entries) =>
      putAll(
        client,
        table,
        entries.map(({ stream, version, position }) => ({ ...keyOf(stream, version), at: position })),
      ),

    async park({ stream, version, upTo, reason, since }) {
      await ifMet(() =>
        client.send(
          new UpdateCommand({
            TableName: table,
            Key: parkedKey(stream),
            UpdateExpression:
              'SET #stream = :stream, #version = if_not_exists(#version, :version), #since = if_not_exists(#since, :since), #upTo = :upTo, #reason = :reason',
            ConditionExpression: 'attribute_not_exists(#upTo) OR #upTo < :upTo',
            ExpressionAttributeNames: {
              '#stream': 'stream',
              '#version': 'version',
              '#upTo': 'upTo',
              '#reason': 'reason',
              '#since': 'since',
            },
            ExpressionAttributeValues: {
              ':stream': stream,
              ':version': version,
              ':upTo': upTo,
              ':reason': reason,
              ':since': since,
            },
          }),
        ),
      );
    },

    async parked() {
      const streams: ParkedStream[] = [];
      let ExclusiveStartKey: Record<string, unknown> | undefined;
      do {
        const page = await query({ ...ofPartition(PARKED, '>', -1), ExclusiveStartKey });
        streams.push(...(page.Items ?? []).map(toParked));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
      return streams;
    },

    release: (stream, upTo) =>
      ifMet(() =>
        client.send(
          new DeleteCommand({
            TableName: table,
            Key: parkedKey(stream),
            ConditionExpression: '#upTo <= :upTo',
            ExpressionAttributeNames: { '#upTo': 'upTo' },
            ExpressionAttributeValues: { ':upTo': upTo },
          }),
        ),
      ),
  };
}

/** 52 bits of a digest, which a number holds exactly: of a million parked streams two would meet once in ten thousand times. */
const parkedKey = (stream: string) => ({
  partition: PARKED,
  position: Number(createHash('sha256').update(stream).digest().readBigUInt64BE() >> 12n),
});

const toParked = ({ partition: _, position: __, ...parked }: Record<string, unknown>) => parked as ParkedStream; // written by park alone

const keyOf = (stream: string, version: number) => ({ partition: `${INDEX}${stream}`, position: version });

const toBatch = ({ partition, ...batch }: Record<string, unknown>) =>
  ({ ...batch, partition: Number(partition) }) as FeedBatch; // written by add alone

const toEntry = ({ partition, position, at }: Record<string, unknown>) =>
  ({ stream: String(partition).slice(INDEX.length), version: position, position: at }) as FeedIndexEntry; // written by index alone

const ofPartition = (partition: string, comparison: '>' | '<=', position: number): Partial<QueryCommandInput> => ({
  KeyConditionExpression: `#partition = :partition AND #position ${comparison} :position`,
  ExpressionAttributeNames: NAMES,
  ExpressionAttributeValues: { ':partition': partition, ':position': position },
});
