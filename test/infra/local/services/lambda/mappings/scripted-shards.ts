/**
 * A stream of closed shards in memory, for what DynamoDB Local never does: splitting, trimming, forgetting iterators.
 */
import type { _Record as SourceRecord } from '@aws-sdk/client-dynamodb-streams';
import type { StreamSource } from '../../../../../../infra/local/services/lambda/mappings/dynamodb-stream.ts';

export type ScriptedShard = {
  readonly id: string;
  readonly parentId?: string;
  readonly records: readonly { readonly item: string; readonly number: number }[];
};

export function sourceRecord(item: string, number: number): SourceRecord {
  return {
    eventName: 'INSERT',
    eventSource: 'aws:dynamodb',
    dynamodb: { Keys: { id: { S: item } }, SequenceNumber: String(number).padStart(21, '0') },
  };
}

export function failWith(name: string): never {
  throw Object.assign(new Error(`scripted ${name}`), { name });
}

/** Reads `pageSize` records at a time; `onRead` may throw what DynamoDB would. */
export function scriptedStream(
  shards: readonly ScriptedShard[],
  { pageSize = 3, onRead = () => {} }: { pageSize?: number; onRead?: (shardId: string, index: number) => void } = {},
): StreamSource {
  return {
    describe: async () => ({
      enabled: false,
      shards: shards.map(({ id, parentId }) => ({ id, parentId, closed: true })),
    }),
    async iterator(_streamArn, shardId, position) {
      const records = shards.find(({ id }) => id === shardId)?.records ?? [];
      if (!('sequenceNumber' in position)) return `${shardId} ${position.type === 'LATEST' ? records.length : 0}`;
      const index = records.findIndex(({ number }) => number === Number(position.sequenceNumber));
      return `${shardId} ${index + 1}`;
    },
    async read(iterator) {
      const [shardId = '', at] = iterator.split(' ');
      const index = Number(at);
      onRead(shardId, index);
      const records = shards.find(({ id }) => id === shardId)?.records ?? [];
      const page = records.slice(index, index + pageSize).map(({ item, number }) => sourceRecord(item, number));
      const end = index + page.length;
      return { records: page, next: end >= records.length ? undefined : `${shardId} ${end}` };
    },
    newestStream: async () => undefined,
    close: () => {},
  };
}
