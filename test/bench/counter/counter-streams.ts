/** Streams are brought to the lengths that are measured, and back to them afterwards, in batches. */
import { BatchWriteCommand, type BatchWriteCommandInput, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type StreamId, toStreamId } from '#shared/event/index.ts';

type Write = NonNullable<BatchWriteCommandInput['RequestItems']>[string][number];

/** Most that one BatchWriteItem takes. */
const BATCH = 25;
/** As many batches as keep DynamoDB Local busy. */
const SIDE_BY_SIDE = 6;

export const streamNamed = (
  { length, eventBytes }: { readonly length: number; readonly eventBytes: number },
  index: number,
): StreamId => toStreamId('counter', `${length}.${eventBytes}.${index}`);

export function putItems(
  client: DynamoDBDocumentClient,
  table: string,
  items: Iterable<Readonly<Record<string, unknown>>>,
): Promise<void> {
  function* puts(): Generator<Write> {
    for (const Item of items) yield { PutRequest: { Item } };
  }
  return writeAll(client, table, puts());
}

/** Takes the events after `length` off the streams, up to `most` of each. */
export function shorten(
  client: DynamoDBDocumentClient,
  table: string,
  streams: readonly StreamId[],
  { length, most }: { readonly length: number; readonly most: number },
): Promise<void> {
  function* deletes(): Generator<Write> {
    for (const stream of streams) {
      for (let version = length + 1; version <= length + most; version += 1) {
        yield { DeleteRequest: { Key: { stream, version } } };
      }
    }
  }
  return writeAll(client, table, deletes());
}

/** All at once share one iterator, so that no more than a few batches are in memory. */
async function writeAll(client: DynamoDBDocumentClient, table: string, writes: Iterator<Write>): Promise<void> {
  const writer = async () => {
    for (let batch = take(writes); batch.length > 0; batch = take(writes)) {
      for (let rest = batch; rest.length > 0; ) {
        const { UnprocessedItems } = await client.send(new BatchWriteCommand({ RequestItems: { [table]: rest } }));
        rest = UnprocessedItems?.[table] ?? [];
      }
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, writer));
}

function take(writes: Iterator<Write>): Write[] {
  const batch: Write[] = [];
  while (batch.length < BATCH) {
    const { done, value } = writes.next();
    if (done) break;
    batch.push(value);
  }
  return batch;
}
