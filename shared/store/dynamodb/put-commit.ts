/** How is one commit written? With a conditional put: the price of one write, whatever the number of events. */
import { ConditionalCheckFailedException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { CommitItem } from '../commit-item.ts';
import type { Written } from './written.ts';

/**
 * Writes the commit where none is yet. A put whose answer was lost is recognised, when it is sent again, by its own events
 * being there. A transaction that is under way on the item is a conflict like any other.
 */
export async function putCommit(client: DynamoDBDocumentClient, table: string, item: CommitItem): Promise<Written> {
  try {
    await client.send(
      new PutCommand({
        TableName: table,
        Item: item,
        ConditionExpression: 'attribute_not_exists(version)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return { kind: 'written' };
  } catch (error) {
    if (error instanceof TransactionConflictException) return { kind: 'conflict' };
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return { kind: error.Item?.events?.S === item.events ? 'written' : 'conflict' };
  }
}
