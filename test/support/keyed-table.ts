/** A table like those of the stacks, with a text and a number as its key, and without a stream. */
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';

export const keyedTable = (TableName: string, partitionKey: string, sortKey: string) =>
  new CreateTableCommand({
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: partitionKey, AttributeType: 'S' },
      { AttributeName: sortKey, AttributeType: 'N' },
    ],
    KeySchema: [
      { AttributeName: partitionKey, KeyType: 'HASH' },
      { AttributeName: sortKey, KeyType: 'RANGE' },
    ],
  });
