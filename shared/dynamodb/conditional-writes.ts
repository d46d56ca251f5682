/** Writes on condition, where nothing but the condition may fail: false, and nothing is written, when it is not met. */
import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  PutCommand,
  type PutCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { orUnavailable, throttlingIn } from './failures.ts';

export type TransactWrites = NonNullable<TransactWriteCommandInput['TransactItems']>;

/** One write. A transaction that is under way on the item counts as a condition that is not met. Throws `store-unavailable`. */
export const ifMet = (write: () => Promise<unknown>): Promise<boolean> =>
  orUnavailable(async () => {
    try {
      await write();
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException || error instanceof TransactionConflictException)
        return false;
      throw error;
    }
  });

/** Puts an item, as {@link ifMet}. */
export const putIf = (
  client: DynamoDBDocumentClient,
  input: PutCommandInput & { readonly ConditionExpression: string },
): Promise<boolean> => ifMet(() => client.send(new PutCommand(input)));

/** All writes or none; up to 100. Other writes under way on one of the items count as a condition that is not met. Throws `store-unavailable`. */
export const transactIf = (client: DynamoDBDocumentClient, writes: TransactWrites): Promise<boolean> =>
  orUnavailable(async () => {
    try {
      await client.send(new TransactWriteCommand({ TransactItems: writes }));
      return true;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const codes = (error.CancellationReasons ?? []).map(({ Code = '' }) => Code);
      if (codes.includes('ConditionalCheckFailed') || codes.includes('TransactionConflict')) return false;
      throw throttlingIn(error) ?? error;
    }
  });
