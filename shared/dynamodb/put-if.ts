import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand, type PutCommandInput } from '@aws-sdk/lib-dynamodb';
import { orUnavailable } from './failures.ts';

/** False, and nothing is written, when the condition is not met. Throws `store-unavailable`. */
export const putIf = (
  client: DynamoDBDocumentClient,
  input: PutCommandInput & { readonly ConditionExpression: string },
): Promise<boolean> =>
  orUnavailable(async () => {
    try {
      await client.send(new PutCommand(input));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  });
