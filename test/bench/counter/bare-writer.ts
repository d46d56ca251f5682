/** What one would write by hand, to compare with: a Query of the stream, a fold, and a Put on condition. */
import { randomUUID } from 'node:crypto';
import { type DynamoDBDocumentClient, PutCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { type Added, evolveCounter, initialCounter } from './counter.ts';

export type BareItem = {
  readonly stream: string;
  readonly version: number;
  readonly id: string;
  readonly what: 'Added';
  readonly recordedAt: string;
  readonly data: Added;
};

/** One event per item, key (`stream`, `version`): the shape that needs no kit. */
export const bareItem = (stream: string, version: number, data: Added): BareItem => ({
  stream,
  version,
  id: randomUUID(),
  what: 'Added',
  recordedAt: new Date().toISOString(),
  data,
});

export function bareWriter(client: DynamoDBDocumentClient, table: string) {
  return async (stream: string, added: Added): Promise<void> => {
    let state = initialCounter;
    let version = 0;
    let start: QueryCommandInput['ExclusiveStartKey'];
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: '#stream = :stream',
          ExpressionAttributeNames: { '#stream': 'stream' },
          ExpressionAttributeValues: { ':stream': stream },
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        }),
      );
      const items = (page.Items ?? []) as BareItem[]; // nobody else writes to this table
      state = items.reduce(evolveCounter, state);
      version = items.at(-1)?.version ?? version;
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    if (state.count !== version) throw new Error(`${stream} has ${version} events, ${state.count} were folded`);
    await client.send(
      new PutCommand({
        TableName: table,
        Item: bareItem(stream, version + 1, added),
        ConditionExpression: 'attribute_not_exists(version)',
      }),
    );
  };
}
