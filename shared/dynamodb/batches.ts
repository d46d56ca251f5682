/** Many items are read or written with few requests: in batches, and again what the service left undone. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  BatchGetCommand,
  type BatchGetCommandInput,
  BatchWriteCommand,
  type BatchWriteCommandInput,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import { KitError } from '#shared/event/index.ts';
import { orUnavailable } from './failures.ts';

/** The items of those keys that there are, in any order; strongly consistent unless told otherwise. Keys may be given twice. */
export async function getAll(
  client: DynamoDBDocumentClient,
  table: string,
  keys: readonly Item[],
  { consistent = true }: { readonly consistent?: boolean } = {},
): Promise<Item[]> {
  const unique = [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()];
  const found = await Promise.all(
    chunks(unique, MAXIMUM_GETS).map(async (Keys) => {
      const items: Item[] = [];
      await untilNothingIsLeft<Gets>({ [table]: { Keys, ConsistentRead: consistent } }, async (RequestItems) => {
        const answer = await client.send(new BatchGetCommand({ RequestItems }));
        items.push(...(answer.Responses?.[table] ?? []));
        return answer.UnprocessedKeys;
      });
      return items;
    }),
  );
  return found.flat();
}

/** Puts items with different keys, each for itself: after an error some may be there and others not. */
export async function putAll(client: DynamoDBDocumentClient, table: string, items: readonly Item[]): Promise<void> {
  const requests = items.map((Item) => ({ PutRequest: { Item } }));
  await writeAll(client, table, requests);
}

/** Deletes items by their keys, each for itself. */
export async function deleteAll(client: DynamoDBDocumentClient, table: string, keys: readonly Item[]): Promise<void> {
  const requests = keys.map((Key) => ({ DeleteRequest: { Key } }));
  await writeAll(client, table, requests);
}

async function writeAll(client: DynamoDBDocumentClient, table: string, requests: Writes[string]): Promise<void> {
  await Promise.all(
    chunks(requests, MAXIMUM_WRITES).map((chunk) =>
      untilNothingIsLeft<Writes>({ [table]: chunk }, async (RequestItems) => {
        const answer = await client.send(new BatchWriteCommand({ RequestItems }));
        return answer.UnprocessedItems;
      }),
    ),
  );
}

type Item = Record<string, unknown>;
type Gets = NonNullable<BatchGetCommandInput['RequestItems']>;
type Writes = NonNullable<BatchWriteCommandInput['RequestItems']>;

/** Keys of one BatchGetItem, items of one BatchWriteItem. Source: DynamoDB API reference. */
const MAXIMUM_GETS = 100;
const MAXIMUM_WRITES = 25;

/** What is left undone is throttled: the waits add up to a second. */
const MAXIMUM_ATTEMPTS = 5;
const BASE_MS = 25;

/** Throws `store-unavailable` when the service goes on leaving something undone. */
async function untilNothingIsLeft<Left extends object>(
  all: Left,
  request: (items: Left) => Promise<Left | undefined>,
): Promise<void> {
  let left = all;
  for (let attempt = 1; attempt <= MAXIMUM_ATTEMPTS; attempt += 1) {
    if (attempt > 1) await sleep(Math.random() * BASE_MS * 2 ** attempt);
    const undone = await orUnavailable(() => request(left));
    if (undone === undefined || Object.keys(undone).length === 0) return;
    left = undone;
  }
  throw new KitError('store-unavailable', 'DynamoDB goes on leaving requests undone. Try again.', {
    retryable: true,
  });
}

const chunks = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size));
