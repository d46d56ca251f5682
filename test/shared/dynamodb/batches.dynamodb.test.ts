/** Many items are read and written in full when DynamoDB does only part of what it is asked. */
import { expect, test } from 'vitest';
import { getAll, putAll } from '#shared/dynamodb/batches.ts';
import { type Fault, makeFaulty } from '../event-store/faulty-client.ts';
import { dynamoDbFeed, localClient } from '../feed/feed-tables.ts';

const items = Array.from({ length: 130 }, (_, index) => ({ partition: `p${index}`, position: index, at: index * 2 }));
const keys = items.map(({ partition, position }) => ({ partition, position }));

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

test('When something stays undone, the caller is told to try again.', async () => {
  const { feedTable } = await dynamoDbFeed('many-items');
  const client = localClient();
  makeFaulty(client, Array<Fault>(100).fill('nothing'));
  await expect(putAll(client, feedTable, items.slice(0, 2))).rejects.toMatchObject({
    code: 'store-unavailable',
    retryable: true,
  });
});

test('Nothing is asked for when there is nothing to read or write.', async () => {
  const client = localClient();
  makeFaulty(client, ['before']);
  await putAll(client, 'no-table', []);
  expect(await getAll(client, 'no-table', [])).toEqual([]);
});
