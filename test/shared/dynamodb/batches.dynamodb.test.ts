/** Many items are read and written in full, also when DynamoDB does only part of what it is asked. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { expect, test } from 'vitest';
import { getAll, putAll } from '#shared/dynamodb/batches.ts';
import { type Fault, makeFaulty } from '../event-store/faulty-client.ts';
import { dynamoDbFeed, localClient } from '../feed/feed-tables.ts';

const items = Array.from({ length: 130 }, (_, index) => ({ partition: `p${index}`, position: index, at: index * 2 }));
const keys = items.map(({ partition, position }) => ({ partition, position }));

type Gets = { readonly Keys: readonly unknown[]; readonly ConsistentRead: boolean };
type Batch = Readonly<Record<string, readonly unknown[] | Gets>>;

/** What each request of the client asks for, as it is sent. */
function requestsOf(client: DynamoDBDocumentClient): Batch[] {
  const requests: Batch[] = [];
  client.middlewareStack.add(
    (next) => (args) => {
      requests.push((args.input as { RequestItems: Batch }).RequestItems); // only batches are sent here
      return next(args);
    },
    { step: 'initialize', name: 'requests', priority: 'high' },
  );
  return requests;
}

const lengthOf = (asked: readonly unknown[] | Gets = []) => ('Keys' in asked ? asked.Keys : asked).length;

test('What is left undone is asked for again until nothing is left, above the size of one request too.', async () => {
  const { feedTable } = await dynamoDbFeed('many-items');
  const client = localClient();
  makeFaulty(client, Array<Fault>(6).fill('part'));
  await putAll(client, feedTable, items);
  const reading = localClient();
  makeFaulty(reading, ['part', 'none', 'part', 'part']);
  const found = await getAll(reading, feedTable, [...keys, ...keys, { partition: 'absent', position: 1 }]);
  expect(found.toSorted((one, other) => Number(one.at) - Number(other.at))).toEqual(items);
});

test('A request has at most 100 keys or 25 items, and a read is strongly consistent.', async () => {
  const { feedTable } = await dynamoDbFeed('many-items');
  const client = localClient();
  const requests = requestsOf(client);
  await putAll(client, feedTable, items);
  expect(requests.map((items) => lengthOf(items[feedTable]))).toEqual([25, 25, 25, 25, 25, 5]);
  requests.length = 0;
  await getAll(client, feedTable, keys);
  expect(requests.map((items) => lengthOf(items[feedTable]))).toEqual([100, 30]);
  expect(requests.every((items) => (items[feedTable] as Gets).ConsistentRead)).toBe(true);
});

test('An answer that does not say what is left has left nothing.', async () => {
  const { feedTable } = await dynamoDbFeed('many-items');
  const client = localClient();
  client.middlewareStack.add(
    (next) => async (args) => {
      const { response } = await next(args);
      return { response, output: { $metadata: {} } };
    },
    { step: 'initialize', name: 'silent', priority: 'high' },
  );
  await putAll(client, feedTable, items.slice(0, 2));
  expect(await getAll(localClient(), feedTable, keys)).toHaveLength(2);
});

test('When something stays undone after five tries, the caller is told to try again.', async () => {
  const { feedTable } = await dynamoDbFeed('many-items');
  const client = localClient();
  const requests = requestsOf(client);
  makeFaulty(client, Array<Fault>(100).fill('nothing'));
  await expect(putAll(client, feedTable, items.slice(0, 2))).rejects.toMatchObject({
    code: 'store-unavailable',
    retryable: true,
  });
  expect(requests).toHaveLength(5);
});

test('Nothing is asked for when there is nothing to read or write.', async () => {
  const client = localClient();
  makeFaulty(client, ['before']);
  await putAll(client, 'no-table', []);
  expect(await getAll(client, 'no-table', [])).toEqual([]);
});
