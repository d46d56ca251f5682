import { inject } from 'vitest';
import { createDynamoDbQueryTable } from '#shared/projection/dynamodb/index.ts';
import { stubAwsEnvironment } from '../../support/aws-environment.ts';
import { createQueryTable, patientClient } from './dynamodb-tables.ts';
import { queryTableContract } from './query-table.contract.ts';

stubAwsEnvironment();
const client = patientClient(inject('dynamodbEndpoint'));
const table = await createQueryTable(client);

queryTableContract('on DynamoDB', (version = 1) => createDynamoDbQueryTable({ client, table, version }));
