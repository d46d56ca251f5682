/** A request ends, one way or another, within the time of a function, and leaves out what is not there. */
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, expect, inject, test, vi } from 'vitest';
import { createDocumentClient, getAll } from '#shared/dynamodb/index.ts';
import { dynamoDbFeed, localClient } from '../feed/feed-tables.ts';

afterEach(() => vi.unstubAllEnvs());

test('A client tries three times, and gives a try up after a second to connect and two for the answer.', async () => {
  const client = localClient();
  await client.send(new ListTablesCommand({}));
  expect(await client.config.maxAttempts()).toBe(3);
  const handler = client.config.requestHandler as { httpHandlerConfigs?(): unknown }; // Node's has it
  expect(handler.httpHandlerConfigs?.()).toMatchObject({
    connectionTimeout: 1_000,
    requestTimeout: 2_000,
    throwOnRequestTimeout: true,
  });
});

test('A field that is undefined is left out of an item.', async () => {
  const { feedTable } = await dynamoDbFeed('client');
  const client = localClient();
  const key = { partition: 'p', position: 1 };
  await client.send(new PutCommand({ TableName: feedTable, Item: { ...key, of: { at: undefined, more: 1 } } }));
  expect(await getAll(client, feedTable, [key])).toEqual([{ ...key, of: { more: 1 } }]);
});

test('Without an endpoint, a client goes where the environment says.', async () => {
  const { feedTable } = await dynamoDbFeed('client');
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', inject('dynamodbEndpoint'));
  expect(await getAll(createDocumentClient(), feedTable, [{ partition: 'p', position: 1 }])).toEqual([]);
});
