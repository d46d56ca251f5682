/** How are several commits and unique values written at once? */
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { UniqueValue } from '#shared/decider/index.ts';
import type { CommitItem } from '../commit-item.ts';
import type { AppendOutcome, UniqueChange } from '../event-store.ts';
import { assertTransactionFits } from '../limits.ts';
import { uniqueKey } from '../unique-key.ts';

type Writes = NonNullable<TransactWriteCommandInput['TransactItems']>;
type Outcome = Exclude<AppendOutcome, { kind: 'appended' }> | { readonly kind: 'written' };

/** The holder of a value may claim it again and release it; nobody else may do either. */
const FREE_OR_OURS = 'attribute_not_exists(holder) OR holder = :holder';

/**
 * Writes the commits and changes the unique values, all or none; the first commit's stream is the holder.
 *
 * A transaction whose answer was lost is recognised by its commits being there already. Conflicts with other transactions
 * (`TransactionConflict`) are conflicts like any other.
 */
export async function transact(
  client: DynamoDBDocumentClient,
  table: string,
  items: readonly CommitItem[],
  { claims, releases }: UniqueChange,
): Promise<Outcome> {
  const holder = items[0]?.stream;
  const claimed = new Set(claims.map(uniqueKey));
  const released = releases.filter((value) => !claimed.has(uniqueKey(value)));
  const writes: Writes = [
    ...items.map((Item) => ({
      Put: {
        TableName: table,
        Item,
        ConditionExpression: 'attribute_not_exists(version)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
      },
    })),
    ...claims.map((value) => ({
      Put: {
        TableName: table,
        Item: { stream: uniqueKey(value), version: 0, holder },
        ConditionExpression: FREE_OR_OURS,
        ExpressionAttributeValues: { ':holder': holder },
      },
    })),
    ...released.map((value) => ({
      Delete: {
        TableName: table,
        Key: { stream: uniqueKey(value), version: 0 },
        ConditionExpression: FREE_OR_OURS,
        ExpressionAttributeValues: { ':holder': holder },
      },
    })),
  ];
  assertTransactionFits(writes.length);
  try {
    await client.send(new TransactWriteCommand({ TransactItems: writes }));
    return { kind: 'written' };
  } catch (error) {
    if (error instanceof TransactionCanceledException) return cancelled(error, items, claims);
    if (error instanceof Error && error.name === 'TransactionInProgressException') return { kind: 'conflict' };
    throw error;
  }
}

function cancelled(
  error: TransactionCanceledException,
  items: readonly CommitItem[],
  claims: readonly UniqueValue[],
): Outcome {
  const reasons = error.CancellationReasons ?? [];
  const codes = reasons.map((reason) => reason.Code ?? 'None');
  const ours = items.every((item, index) => reasons[index]?.Item?.events?.S === item.events);
  if (ours && items.length > 0) return { kind: 'written' };
  const failedCommit = codes.slice(0, items.length).some((code) => code === 'ConditionalCheckFailed');
  if (failedCommit || codes.includes('TransactionConflict')) return { kind: 'conflict' };
  const taken = claims.find((_, index) => codes[items.length + index] === 'ConditionalCheckFailed');
  if (taken !== undefined) return { kind: 'unique-value-taken', unique: taken };
  if (codes.some((code) => code === 'ConditionalCheckFailed')) return { kind: 'conflict' };
  if (codes.some((code) => code === 'ThrottlingError' || code === 'ProvisionedThroughputExceeded')) {
    throw Object.assign(new Error('throttled', { cause: error }), { name: 'ThrottlingException' });
  }
  throw error;
}
