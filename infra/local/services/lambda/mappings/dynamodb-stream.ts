/** What a mapping asks of DynamoDB Streams. */
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
  type _Record as SourceRecord,
} from '@aws-sdk/client-dynamodb-streams';
import { LOCAL_REGION } from '../../../engine/place.ts';

export type ShardView = {
  readonly id: string;
  readonly parentId: string | undefined;
  /** Gets no further records. */
  readonly closed: boolean;
};

export type Position =
  | { readonly type: 'TRIM_HORIZON' | 'LATEST' }
  | { readonly type: 'AFTER_SEQUENCE_NUMBER'; readonly sequenceNumber: string };

/** Every call is one request; errors are the SDK's and are never retried in here. */
export type StreamSource = {
  /** All shards, parents and children. */
  describe(streamArn: string): Promise<{ readonly enabled: boolean; readonly shards: readonly ShardView[] }>;
  iterator(streamArn: string, shardId: string, position: Position): Promise<string>;
  /** No `next` is the end of the shard. */
  read(iterator: string): Promise<{ readonly records: readonly SourceRecord[]; readonly next: string | undefined }>;
  /** The stream that the table has had last; undefined when it has none. */
  newestStream(tableName: string): Promise<string | undefined>;
  close(): void;
};

const CONNECTION_MS = 1_000;
const REQUEST_MS = 10_000;

export function dynamodbStreams(endpoint: string): StreamSource {
  const client = new DynamoDBStreamsClient({
    endpoint,
    region: LOCAL_REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    requestHandler: { connectionTimeout: CONNECTION_MS, requestTimeout: REQUEST_MS, throwOnRequestTimeout: true },
  });
  return {
    async describe(streamArn) {
      const shards: ShardView[] = [];
      for (let after: string | undefined; ; ) {
        const page = await client.send(
          new DescribeStreamCommand({ StreamArn: streamArn, ExclusiveStartShardId: after }),
        );
        const { Shards = [], LastEvaluatedShardId, StreamStatus } = page.StreamDescription ?? {};
        for (const { ShardId = '', ParentShardId, SequenceNumberRange } of Shards) {
          const closed = SequenceNumberRange?.EndingSequenceNumber !== undefined;
          shards.push({ id: ShardId, parentId: ParentShardId, closed });
        }
        after = LastEvaluatedShardId;
        if (after === undefined) return { enabled: StreamStatus === 'ENABLED' || StreamStatus === 'ENABLING', shards };
      }
    },
    async iterator(streamArn, shardId, position) {
      const SequenceNumber = 'sequenceNumber' in position ? position.sequenceNumber : undefined;
      const { ShardIterator } = await client.send(
        new GetShardIteratorCommand({
          StreamArn: streamArn,
          ShardId: shardId,
          ShardIteratorType: position.type,
          SequenceNumber,
        }),
      );
      if (ShardIterator === undefined) throw new Error(`DynamoDB gave no iterator for the shard ${shardId}.`);
      return ShardIterator;
    },
    async read(iterator) {
      const { Records = [], NextShardIterator } = await client.send(new GetRecordsCommand({ ShardIterator: iterator }));
      return { records: Records, next: NextShardIterator };
    },
    async newestStream(tableName) {
      let newest: { readonly arn: string; readonly label: string } | undefined;
      for (let after: string | undefined; ; ) {
        const page = await client.send(
          new ListStreamsCommand({ TableName: tableName, ExclusiveStartStreamArn: after }),
        );
        for (const { StreamArn: arn = '', StreamLabel: label = '' } of page.Streams ?? []) {
          if (newest === undefined || label > newest.label) newest = { arn, label };
        }
        after = page.LastEvaluatedStreamArn;
        if (after === undefined) return newest?.arn;
      }
    },
    close: () => client.destroy(),
  };
}

/** Before a DynamoDB that does not answer is asked again: doubling up to 1 s, as it may be restarted any moment. */
export function askAgainAfterMs(troubles: number): number {
  return Math.min(100 * 2 ** (troubles - 1), 1_000);
}
