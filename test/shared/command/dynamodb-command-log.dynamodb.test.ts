import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { createDynamoDbCommandLog } from '#shared/command/dynamodb/index.ts';
import { COMMANDS_TABLE } from '#shared/dynamodb/index.ts';
import { stubAwsEnvironment } from '../../support/aws-environment.ts';
import { createTableOf, patientClient } from '../projection/dynamodb-tables.ts';
import { commandLogContract } from './command-log.contract.ts';

stubAwsEnvironment();
const client = patientClient(inject('dynamodbEndpoint'));

commandLogContract('on DynamoDB', async (clock) => {
  const table = await createTableOf(client, COMMANDS_TABLE, `commands-${randomUUID()}`);
  return createDynamoDbCommandLog({ client, table, clock });
});
