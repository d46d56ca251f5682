/** Writes on condition, where nothing but the condition may fail. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand, type PutCommandInput } from '@aws-sdk/lib-dynamodb';
import { orUnavailable } from './failures.ts';

/** False, and nothing is written, when the condition of the write is not met. Throws `store-unavailable`. */
export const ifMet = (write: () => Promise<unknown>): Promise<boolean> =>
  orUnavailable(async () => {
    try {
      await write();
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  });

/** Puts an item; false, and nothing is written, when the condition is not met. Throws `store-unavailable`. */
export const putIf = (
  client: DynamoDBDocumentClient,
  input: PutCommandInput & { readonly ConditionExpression: string },
): Promise<boolean> => ifMet(() => client.send(new PutCommand(input)));
