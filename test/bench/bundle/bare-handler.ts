/** The least that a handler with the SDK and middy can be: one Query and one Put, and nothing else. */

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';

const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const TableName = process.env.EVENTS_TABLE;

export const handler = middy<{ readonly stream: string }>().handler(async ({ stream }) => {
  const { Count = 0 } = await client.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: '#stream = :stream',
      ExpressionAttributeNames: { '#stream': 'stream' },
      ExpressionAttributeValues: { ':stream': stream },
    }),
  );
  await client.send(new PutCommand({ TableName, Item: { stream, version: Count + 1 } }));
  return { statusCode: 200 };
});
