/** What one would write by hand for scans: a Put on condition at the end that is remembered, and a look at the end after each that fails. */
import { randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Scan } from '../../../functions/parcels/parcel.commands.ts';

/** Remembers the ends of its streams; knows no duplicates, and tries again at once until it is through. */
export function bareScanner(client: DynamoDBDocumentClient, table: string) {
  const versions = new Map<string, number>();

  async function end(stream: string): Promise<number> {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: '#stream = :stream',
        ExpressionAttributeNames: { '#stream': 'stream' },
        ExpressionAttributeValues: { ':stream': stream },
        ScanIndexForward: false,
        Limit: 1,
      }),
    );
    return Number(Items[0]?.version ?? 0);
  }

  return async (stream: string, scan: Scan): Promise<void> => {
    for (let version = versions.get(stream) ?? 0; ; version = await end(stream)) {
      const { what, at, ...data } = scan;
      const recordedAt = new Date().toISOString();
      const Item = { stream, version: version + 1, id: randomUUID(), what, at, recordedAt, data };
      try {
        await client.send(
          new PutCommand({ TableName: table, Item, ConditionExpression: 'attribute_not_exists(version)' }),
        );
        versions.set(stream, version + 1);
        return;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    }
  };
}
