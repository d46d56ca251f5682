import { inject } from 'vitest';
import { createDocumentClient } from '#shared/dynamodb/index.ts';
import { createDynamoDbQueryTable } from '#shared/projection/dynamodb/index.ts';
import { stubAwsEnvironment } from '../../support/aws-environment.ts';
import { createQueryTable } from './dynamodb-tables.ts';
import { queryTableContract } from './query-table.contract.ts';

stubAwsEnvironment();
const client = createDocumentClient(inject('dynamodbEndpoint'));
const table = await createQueryTable(client);

queryTableContract('on DynamoDB', (version = 1) => createDynamoDbQueryTable({ client, table, version }));
